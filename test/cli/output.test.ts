import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { pmp, startServer, temporaryFolder } from './support.ts';

vi.setConfig({ testTimeout: 90_000 });

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** The environment of a process, with these variables and no others of the portal's. */
const environment = (settings: Record<string, string>) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PMP_'))),
  ...settings,
});

/** A device that is as full as a disk can be. */
function full(): number {
  const file = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(file));
  return file;
}

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? String(address.port) : '';
}

it('a command that cannot say what it was asked for fails, in one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'version'], {
    env: environment({}),
    stdio: ['ignore', full(), 'pipe'],
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^The standard output cannot be written: ENOSPC.*\n$/)]);
});

it('a command whose standard error is a full disk ends as ever', () => {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, 'bakcup'], {
    env: environment({}),
    stdio: ['ignore', 'pipe', full()],
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '']);
});

it('what a backup has done stays done when nobody reads of it', async () => {
  const place = temporaryFolder();
  const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
  await app.close();
  db.$client.close();
  const file = join(place.folder, 'x.backup');
  const status = join(place.folder, 'status');
  // It begins after its reader is gone, and has something to say on both streams: it has no passphrase.
  const script = '(sleep 1; "$0" "$1" backup "$2" 2>&1; echo $? > "$3") | true';
  spawnSync('sh', ['-c', script, process.execPath, MAIN, file, status], {
    env: environment({ PMP_DATA_DIR: place.dataDir }),
  });
  expect(readFileSync(status, 'utf8')).toBe('0\n');
  const restored = await pmp(['restore', file], { dataDir: join(place.folder, 'restored') });
  expect([restored.code, restored.err]).toEqual([0, '']);
});

it('the portal serves where its standard output is full', async () => {
  const place = temporaryFolder();
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    env: environment({ PMP_DATA_DIR: place.dataDir, PMP_PORT: port, PMP_CA_KEY: 'ec-p256' }),
    stdio: ['ignore', full(), 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status,
      () => undefined,
    );
  await expect.poll(isReady, { timeout: 60_000, interval: 100 }).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/login`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

it('an error of the system that names no file becomes a sentence', async () => {
  const err: string[] = [];
  const terminal = { out: () => undefined, err: (line: string) => void err.push(line), askSecret: async () => '' };
  const refuse = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  };
  expect(await run(['ready'], refuse, terminal)).toBe(1);
  expect(err).toEqual(['The system has refused it: ENOSPC: no space left on device, write']);
});
