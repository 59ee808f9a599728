import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Who administers the portals of these exercises; made at the first start. */
export const ADMIN = { email: 'ada@authority.example', username: 'ada', password: 'a long pass phrase 7' };

/** No start takes so long, ms; one that does is a fault. */
const LONGEST_START = 60_000;

/** A portal in a process of its own. */
export interface PortalProcess {
  readonly child: ChildProcess;
  /** Resolves once it answers, to where; rejects when it ends before, or takes too long. */
  readonly ready: Promise<string>;
  /** It lives: nobody killed it, and it has not ended by itself. */
  alive(): boolean;
  /** What it wrote. */
  output(): string;
  /** Ends it at once, as a failing host does. */
  kill(): Promise<void>;
  /** Asks it to end, as a service manager does. */
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();

/**
 * Starts `serve` on a data directory.
 * @param log where it writes to, as a service whose output is a file would
 */
export function startPortal(dataDir: string, log: string): PortalProcess {
  writeFileSync(log, '');
  const out = openSync(log, 'a', 0o600);
  const settings = {
    PMP_PORT: '0',
    PMP_DATA_DIR: dataDir,
    PMP_CA_KEY: 'ec-p256',
    PMP_RATE_LIMIT: '0',
    PMP_BACKUP_KEEP: '0',
    PMP_LOG_LEVEL: 'warn',
    PMP_ADMIN_EMAIL: ADMIN.email,
    PMP_ADMIN_USERNAME: ADMIN.username,
    PMP_ADMIN_PASSWORD: ADMIN.password,
  };
  const program = join(import.meta.dirname, '../../src/main.ts');
  const env = { PATH: process.env.PATH, ...settings };
  const child = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', out, out] });
  closeSync(out);
  children.add(child);
  const ended = once(child, 'exit').finally(() => children.delete(child));
  const alive = () => child.exitCode === null && child.signalCode === null;
  const output = () => readFileSync(log, 'utf8');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const ready = untilReady(alive, output);
  // Whoever kills it before does not wait for it.
  ready.catch(() => undefined);
  return { child, ready, alive, output, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/** Ends what still runs, for when the exercise is broken off. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

async function untilReady(alive: () => boolean, output: () => string): Promise<string> {
  for (const until = Date.now() + LONGEST_START; Date.now() < until && alive(); await wait(10)) {
    const address = /Partner Management Portal: (http:\S+)/.exec(output())?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`the portal does not start: ${output()}`);
}
