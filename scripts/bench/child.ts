import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A server in a process of its own. */
export interface Server {
  readonly process: ChildProcess;
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
}

/** Starts the portal of a folder (its data directory is `data` in it) on a free port of loopback, without its limits of rate. */
export function startPortal(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  return startServer(join(import.meta.dirname, '../../src/main.ts'), join(folder, 'portal.log'), {
    PMP_PORT: '0',
    PMP_DATA_DIR: join(folder, 'data'),
    PMP_RATE_LIMIT: '0',
    PMP_BACKUP_KEEP: '0',
    ...env,
  });
}

/** Starts a script that says at which address it answers. What it says goes into a file, as a service's log does: nobody waits for a reader. */
export async function startServer(script: string, log: string, env: Readonly<Record<string, string>>): Promise<Server> {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', openSync(log, 'w'), 'inherit'],
  });
  while (child.exitCode === null) {
    const address = /^.*Portal: (http:\S+)/m.exec(readFileSync(log, 'utf8'))?.[1];
    if (address !== undefined) return { process: child, address };
    await wait(50);
  }
  throw new Error(`the server does not start: ${readFileSync(log, 'utf8')}`);
}

/** Signs in, and returns the cookies as a request sends them. */
export async function signIn(address: string, identifier: string, password: string): Promise<string> {
  const answer = await fetch(`${address}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: address },
    body: new URLSearchParams({ identifier, password }),
  });
  if (answer.status !== 303) throw new Error(`the sign-in was answered by ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
