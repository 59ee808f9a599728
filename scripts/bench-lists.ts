import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../src/app.ts';
import { parseConfig } from '../src/config.ts';
import type { Db } from '../src/db/index.ts';
import { Visitor } from '../test/support/visitor.ts';
import { ADMIN, openFilled } from './bench/filled.ts';

/**
 * `npm run bench:lists -- [chips]`: how long an admin's lists take with many chips (200 000) against how long they take with a thousand.
 * What counts are the quotients: the times are those of this machine. Exits 1 above a bar.
 */
const MANY = Number(process.argv[2] ?? 200_000);
const FEW = 1_000;
const ROUNDS = 15;

const last = (chips: number, size = 8) => Math.ceil(chips / size);
/** So many times as long as with a thousand chips it may take at most; without a bar it is only told. */
const [PAGE_BAR, SEARCH_BAR] = [3, 20];
const VIEWS: readonly [what: string, address: (chips: number) => string, bar?: number][] = [
  ['chips, first page', () => '/chips', PAGE_BAR],
  ['chips, last page', (chips) => `/chips?page=${last(chips)}`, PAGE_BAR],
  ['chips, middle page', (chips) => `/chips?page=${Math.ceil(last(chips) / 2)}`],
  ['chips by status', () => '/chips?status=approved', PAGE_BAR],
  ['chips by status, last page', (chips) => `/chips?status=approved&page=${last(chips * 0.6)}`, PAGE_BAR],
  ['chips waiting, oldest first', () => '/chips?status=pending_approval&sort=submitted'],
  ['chips by make', () => '/chips?sort=make'],
  ['chips, lost path', () => '/chips?status=untrusted'],
  ['search, common word', () => '/chips?q=ftm', SEARCH_BAR],
  ['search, two words', () => '/chips?q=make12+nordic', SEARCH_BAR],
  ['search, rare', () => '/chips?q=ftm-777', SEARCH_BAR],
  ['search, nothing', () => '/chips?q=nothing-like-it', SEARCH_BAR],
  ['search, one letter', () => '/chips?q=m', SEARCH_BAR],
  ['make and status', () => '/chips?make=make12&status=rejected'],
  ['search, sorted', () => '/chips?q=ftm&sort=make'],
  ['partners', () => '/partners'],
  ['partners, search', () => '/partners?q=silicon'],
  ['audit', () => '/audit'],
  ['audit, last page', (chips) => `/audit?page=${last(chips)}`],
  ['audit, one action', () => '/audit?action=chip.approve'],
  ['audit, search', () => '/audit?q=ftm'],
  ['audit, half a year', () => `/audit?from=${new Date(Date.now() - 182 * 86_400_000).toISOString().slice(0, 10)}`],
];

interface Filled {
  readonly chips: number;
  readonly app: FastifyInstance;
  readonly db: Db;
  readonly admin: Visitor;
  readonly folder: string;
}

async function openPortal(chips: number): Promise<Filled> {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-bench-'));
  const quiet = { PMP_RATE_LIMIT: '0', PMP_BACKUP_KEEP: '0', PMP_LOG_LEVEL: 'silent' };
  const settings = { ...quiet, PMP_DATA_DIR: folder, PMP_CA_KEY: 'ec-p256' };
  const db = await openFilled(folder, chips);
  const app = await buildApp({ config: parseConfig(settings), db });
  const admin = new Visitor(app);
  await admin.post('/login', { identifier: ADMIN.username, password: ADMIN.password });
  return { chips, app, db, admin, folder };
}

async function main(): Promise<void> {
  const few = await openPortal(FEW);
  const many = await openPortal(MANY);
  console.log(`\n${'ms (median)'.padEnd(32)}${String(FEW).padStart(9)}${String(MANY).padStart(9)}  quotient`);
  for (const [what, address, bar] of VIEWS) {
    const [little, much] = [await measure(few, address), await measure(many, address)];
    console.log(
      `${what.padEnd(32)}${little.toFixed(1).padStart(9)}${much.toFixed(1).padStart(9)}${(much / little).toFixed(1).padStart(10)}${bar === undefined ? '' : ` (at most ${bar})`}`,
    );
    if (bar !== undefined && much / little > bar) process.exitCode = 1;
  }
  console.log(`\nexport of all ${MANY} chips: ${await exportAll(many)}`);
  for (const { app, db, folder } of [few, many]) {
    await app.close();
    db.$client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure({ admin, chips }: Filled, address: (chips: number) => string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const answer = await admin.get(address(chips));
    times.push(performance.now() - start);
    if (answer.status !== 200) throw new Error(`${address(chips)}: ${answer.status}`);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

/** How long it takes in all over a connection, and how long others had to wait for their turn at most meanwhile. */
async function exportAll({ app, admin }: Filled): Promise<string> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  let longest = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - before - 1);
    before = performance.now();
  }, 1);
  const start = performance.now();
  const answer = await fetch(`${url}/chips?format=csv`, { headers: { cookie } });
  let bytes = 0;
  for await (const chunk of answer.body ?? []) bytes += chunk.length;
  const time = performance.now() - start;
  clearInterval(timer);
  return `${seconds(time)}, ${(bytes / 1e6).toFixed(1)} MB; others waited ${longest.toFixed(0)} ms at most`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

await main();
