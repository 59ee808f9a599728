import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `npm run bench:binary [-- FILE]`: the packed program (dist/pmp) against Node with a bare server: from start to ready, and idle memory. Exits 1 above
 * a limit. Both are started in turn, so whatever else the machine does hits both alike, and the ratios hold though the times do not.
 */
const PROGRAM = resolve(process.argv[2] ?? 'dist/pmp');
const ROUNDS = 15;
const LIMITS = { start: 4, memory: 3, size: 130 };

const FIRST_ADMIN = {
  PMP_ADMIN_EMAIL: 'ada@a.example',
  PMP_ADMIN_USERNAME: 'ada',
  PMP_ADMIN_PASSWORD: 'a long pass phrase 7',
};

interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly path: string;
}

if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}: npm run pack`);
const folder = mkdtempSync(join(tmpdir(), 'pmp-bench-'));
const port = await freePort();
const bare: Candidate = {
  command: process.execPath,
  args: ['-e', `require('node:http').createServer((_, reply) => reply.end('ok')).listen(${port}, '127.0.0.1')`],
  env: {},
  path: '/',
};
const portal: Candidate = {
  command: PROGRAM,
  args: [],
  env: { PMP_PORT: String(port), PMP_DATA_DIR: join(folder, 'data') },
  path: '/readyz',
};

try {
  // The first start makes the CA and the first admin, which happens once in the life of a data directory.
  await start({ ...portal, env: { ...portal.env, ...FIRST_ADMIN } });
  const starts = { bare: [] as number[], portal: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    starts.bare.push(await start(bare));
    starts.portal.push(await start(portal));
  }
  const memory = { bare: await idleMemory(bare), portal: await idleMemory(portal) };
  const size = statSync(PROGRAM).size / 1e6;
  const time = { bare: median(starts.bare), portal: median(starts.portal) };
  const rows = [
    ['start to ready, ms', time.portal, time.bare, time.portal / time.bare, LIMITS.start],
    ['idle memory, MB', memory.portal, memory.bare, memory.portal / memory.bare, LIMITS.memory],
  ] as const;
  console.log('| | pmp | bare | ratio | at most |\n|---|---|---|---|---|');
  for (const [what, ours, theirs, ratio, most] of rows)
    console.log(`| ${what} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${ratio.toFixed(2)} | ${most} |`);
  console.log(`| size, MB | ${size.toFixed(1)} | | | ${LIMITS.size} |`);
  if (rows.some(([, , , ratio, most]) => ratio > most) || size > LIMITS.size) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** How long it takes until the first good answer, in ms. */
async function start(candidate: Candidate): Promise<number> {
  const begin = performance.now();
  const child = await launch(candidate);
  const time = performance.now() - begin;
  await end(child);
  return time;
}

/** Resident memory some seconds after the start, in MB. */
async function idleMemory(candidate: Candidate): Promise<number> {
  const child = await launch(candidate);
  await pause(5_000);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  await end(child);
  return Number(kilobytes) / 1024;
}

async function launch({ command, args, env, path }: Candidate): Promise<ChildProcess> {
  const child = spawn(command, args, { env, cwd: folder, stdio: 'ignore' });
  for (let tries = 0; tries < 10_000 && child.exitCode === null; tries += 1) {
    if ((await isListening()) && (await answersWell(path))) return child;
    await pause(2);
  }
  throw new Error(`${command} does not answer`);
}

/** Asked by hundreds during a start, so it must cost next to nothing: a `fetch` that fails takes more than a millisecond of the two processors. */
function isListening(): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

async function answersWell(path: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  await answer?.text();
  return answer?.status === 200;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await new Promise((done) => child.on('close', done));
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
