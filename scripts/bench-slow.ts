import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './bench/figures.ts';
import type { Held } from './bench/slow-clients.ts';

/**
 * `npm run bench:slow`: a portal in a process of its own answers ordinary requests, alone and while 1 000 clients send headers by one
 * byte a second and 1 000 more connections lie idle, in turn. Exits 1 when the 99th percentile grows beyond three times the usual
 * one. Loopback only; ends by itself within a minute.
 */
const BAR = 3;
const SLOW = 1_000;
const IDLE = 1_000;
const WARM_UP = 3_000;
const PHASE = 5_000;
/** Alone and beside them in turn, so that whatever else the machine does hits both alike. */
const ROUNDS = 3;
const AT_ONCE = 4;
const ADMIN = {
  PMP_ADMIN_EMAIL: 'ada@a.example',
  PMP_ADMIN_USERNAME: 'ada',
  PMP_ADMIN_PASSWORD: 'a long pass phrase 7',
};

interface Portal {
  readonly process: ChildProcess;
  readonly address: string;
}

async function startPortal(folder: string): Promise<Portal> {
  const settings = { PMP_PORT: '0', PMP_DATA_DIR: join(folder, 'data'), PMP_RATE_LIMIT: '0', PMP_LOG_LEVEL: 'warn' };
  const env = { PATH: process.env.PATH, PMP_CA_KEY: 'ec-p256', ...settings, ...ADMIN };
  const portal = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { env, stdio: 'pipe' });
  let output = '';
  for await (const chunk of portal.stdout) {
    output += String(chunk);
    const address = /Portal: (http:\S+)/.exec(output)?.[1];
    if (address === undefined) continue;
    portal.stdout.resume();
    return { process: portal, address };
  }
  throw new Error(`the portal does not start: ${output}`);
}

/** One request; returns the time to the end of its answer, in ms. */
function ask(url: string, agent: Agent, options: { cookie?: string; form?: string } = {}) {
  const { cookie, form } = options;
  return new Promise<{ ms: number; status: number; cookies: string }>((resolve, reject) => {
    const begin = performance.now();
    const headers = {
      ...(cookie === undefined ? {} : { cookie }),
      ...(form === undefined
        ? {}
        : {
            origin: new URL(url).origin,
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': form.length,
          }),
    };
    const asked = request(url, { agent, headers, method: form === undefined ? 'GET' : 'POST' }, (response) => {
      response.resume();
      const cookies = (response.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
      response.on('end', () => resolve({ ms: performance.now() - begin, status: response.statusCode ?? 0, cookies }));
    });
    asked.on('error', reject);
    asked.end(form);
  });
}

/** The sign-in page and the admin's dashboard in turn, by a few browsers at once; the times in ms. */
async function askFor(ms: number, address: string, cookie: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const times: number[] = [];
  const until = performance.now() + ms;
  const browse = async () => {
    for (let turn = 0; performance.now() < until; turn += 1) {
      const answer =
        turn % 2 === 0 ? await ask(`${address}/login`, agent) : await ask(`${address}/`, agent, { cookie });
      if (answer.status !== 200) throw new Error(`a request was answered by ${answer.status}`);
      times.push(answer.ms);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, browse));
  agent.destroy();
  return times;
}

async function signIn(address: string): Promise<string> {
  const form = new URLSearchParams({ identifier: 'ada', password: ADMIN.PMP_ADMIN_PASSWORD }).toString();
  const { status, cookies } = await ask(`${address}/login`, new Agent(), { form });
  if (status !== 303) throw new Error(`the sign-in was answered by ${status}`);
  return cookies;
}

/** Starts the slow clients, and waits until nearly all are there. */
async function besiege(address: string): Promise<{ process: ChildProcess; held: Held[] }> {
  const script = join(import.meta.dirname, 'bench/slow-clients.ts');
  const clients = fork(script, [new URL(address).port, String(SLOW), String(IDLE)]);
  const held: Held[] = [];
  await new Promise<void>((resolve, reject) => {
    clients.on('message', (message: Held) => {
      held.push(message);
      if (message.slow >= SLOW * 0.95 && message.idle >= IDLE * 0.95) resolve();
    });
    clients.on('exit', () => reject(new Error('the slow clients ended')));
    setTimeout(() => reject(new Error(`no more than ${JSON.stringify(held.at(-1))} are held`)), 30_000).unref();
  });
  return { process: clients, held };
}

/** Has the slow clients end. */
function leave(clients: ChildProcess): Promise<unknown> {
  clients.removeAllListeners('exit');
  clients.disconnect();
  return once(clients, 'exit');
}

const meanOf = (numbers: readonly number[]) =>
  Math.round(numbers.reduce((sum, each) => sum + each, 0) / numbers.length);

function row(what: string, times: readonly number[], held = ''): string {
  const columns = [String(times.length), percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)];
  return [what.padEnd(28), ...columns.map((column) => column.padStart(10)), `  ${held}`].join('').trimEnd();
}

const folder = mkdtempSync(join(tmpdir(), 'pmp-bench-slow-'));
const children: ChildProcess[] = [];
try {
  const portal = await startPortal(folder);
  children.push(portal.process);
  const cookie = await signIn(portal.address);
  await askFor(WARM_UP, portal.address, cookie);
  const [usual, beside, held]: [number[], number[], Held[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    usual.push(...(await askFor(PHASE, portal.address, cookie)));
    const clients = await besiege(portal.address);
    children.push(clients.process);
    clients.held.length = 0;
    beside.push(...(await askFor(PHASE, portal.address, cookie)));
    held.push(...clients.held);
    await leave(clients.process);
  }
  const [slow, idle] = [meanOf(held.map((each) => each.slow)), meanOf(held.map((each) => each.idle))];
  const ratio = percentile(beside, 0.99) / percentile(usual, 0.99);
  console.log(['requests, ms'.padEnd(28), '  answered', '    median', '       p99'].join(''));
  console.log(row('alone', usual));
  console.log(row('beside slow and idle ones', beside, `${slow} slow and ${idle} idle held, on average`));
  console.log(`p99 beside them / p99 alone: ${ratio.toFixed(2)} (at most ${BAR})`);
  process.exitCode = ratio <= BAR ? 0 : 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
