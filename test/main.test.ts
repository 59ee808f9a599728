import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmp-main-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the portal as an operator does, with these variables and no others of its own. */
function start(settings: Record<string, string>) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PMP_')));
  const env = { ...own, PMP_DATA_DIR: join(folder, 'data'), PMP_PORT: '0', PMP_CA_KEY: 'ec-p256', ...settings };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { env, cwd: folder });
  started.push(child);
  let output = '';
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return {
    child,
    ended,
    output: () => output,
    async says(pattern: RegExp): Promise<string> {
      await expect.poll(() => output, { timeout: 25_000, interval: 50 }).toMatch(pattern);
      return pattern.exec(output)?.[1] ?? '';
    },
  };
}

describe('the process', () => {
  it('starts, prints the set-up link, answers, and ends on SIGTERM', async () => {
    const portal = start({});
    const link = await portal.says(/(http:\S+\/setup\?token=\S+)/);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await (await fetch(new URL('/readyz', link))).text()).toBe('ok');
    portal.child.kill('SIGTERM');
    expect((await portal.ended).code).toBe(0);
    // The link is on the console for the operator, but tokens stand in no line of the log.
    expect(
      portal
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    ).not.toContain('token=');
  });

  it('prints no link once there is an admin, here from the environment', async () => {
    const portal = start({
      PMP_ADMIN_EMAIL: 'ada@a.example',
      PMP_ADMIN_USERNAME: 'ada',
      PMP_ADMIN_PASSWORD: 'a long pass phrase 7',
    });
    await portal.says(/(Partner Management Portal: http)/);
    portal.child.kill('SIGTERM');
    const { output } = await portal.ended;
    expect(output).not.toContain('/setup?token=');
    expect(output).not.toContain('a long pass phrase 7');
  });

  const REFUSALS: readonly [what: string, settings: (folder: string) => Record<string, string>, says: RegExp][] = [
    ['a wrong value', () => ({ PMP_PORT: 'http' }), /PMP_PORT/],
    ['several wrong values', () => ({ PMP_PORT: '70000', PMP_TIME_ZONE: 'Mars/Base' }), /PMP_PORT[\s\S]*PMP_TIME_ZONE/],
    ['half a first admin', () => ({ PMP_ADMIN_EMAIL: 'a@a.example' }), /PMP_ADMIN_USERNAME/],
    [
      'a first admin that breaks the rules',
      () => ({ PMP_ADMIN_EMAIL: 'a@a.example', PMP_ADMIN_USERNAME: 'a', PMP_ADMIN_PASSWORD: 'short' }),
      /PMP_ADMIN_PASSWORD/,
    ],
    ['a data directory that cannot be', (at) => ({ PMP_DATA_DIR: join(at, 'file', 'data') }), /PMP_DATA_DIR/],
    ['a data directory in a place that takes none', () => ({ PMP_DATA_DIR: '/proc/pmp/data' }), /PMP_DATA_DIR/],
    ['terms that cannot be read', (at) => ({ PMP_DATA_DIR: at }), /terms\.json/],
    [
      'keys without their database',
      (at) => ({ PMP_DATA_DIR: join(at, 'lost') }),
      /signing keys in \S+\/lost\/keys \(1\)/,
    ],
    [
      'a database that is none',
      (at) => ({ PMP_DATA_DIR: join(at, 'spoilt') }),
      /PMP_DATA_DIR: .* file is not a database\. `pmp doctor` says more\.\n$/,
    ],
    [
      'a folder of backups that is none',
      (at) => ({ PMP_BACKUP_DIR: join(at, 'file') }),
      /PMP_BACKUP_DIR: .* is no folder/,
    ],
    [
      'a lock that cannot be taken',
      (at) => ({ PMP_DATA_DIR: join(at, 'locked') }),
      /locked\/lock: unable to open database file\. `pmp doctor` says more\.\n$/,
    ],
    ['a host that is not here', () => ({ PMP_HOST: '192.0.2.1' }), /PMP_HOST/],
  ];
  it.each(REFUSALS)('names %s, and does not start', async (_what, settings, says) => {
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(join(folder, 'terms.json'), '{}');
    mkdirSync(join(folder, 'lost', 'keys'), { recursive: true });
    writeFileSync(join(folder, 'lost', 'keys', 'x.pem'), '');
    mkdirSync(join(folder, 'locked', 'lock'), { recursive: true });
    mkdirSync(join(folder, 'spoilt'));
    writeFileSync(join(folder, 'spoilt', 'pmp.sqlite'), 'no database '.repeat(1000));
    const { code, output } = await start(settings(folder)).ended;
    expect([code, output]).toEqual([1, expect.stringMatching(says)]);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('does not start beside another on the same data directory', async () => {
    const first = start({});
    await first.says(/(Partner Management Portal: http)/);
    const { code, output } = await start({}).ended;
    expect([code, output]).toEqual([1, expect.stringMatching(/is in use by another process of the portal\n$/)]);
    first.child.kill('SIGKILL');
    await first.ended;
    const next = start({});
    await next.says(/(Partner Management Portal: http)/);
    next.child.kill('SIGTERM');
    expect((await next.ended).code).toBe(0);
  });

  it('names a port that is in use', async () => {
    const server = await new Promise<Server>((resolve) => {
      const listening = createServer().listen(0, '127.0.0.1', () => resolve(listening));
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, output } = await start({ PMP_PORT: port }).ended;
    server.close();
    expect([code, output]).toEqual([1, expect.stringMatching(new RegExp(`port ${port}: another program uses it`))]);
  });
});
