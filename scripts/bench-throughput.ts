import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { listChips } from '../src/chips/list/store.ts';
import type { Db } from '../src/db/index.ts';
import type { BareTask } from './bench/bare.ts';
import { type Server, signIn, startPortal, startServer } from './bench/child.ts';
import { median } from './bench/figures.ts';
import { ADMIN, openFilled } from './bench/filled.ts';
import { recordReads } from './bench/record.ts';

/**
 * `npm run bench:throughput [chips]`: how many requests the portal answers, signed in and with all it has switched on, against a bare
 * Fastify route that runs the same statements and sends a ready string of the same size. Both in processes of their own, in turn,
 * so that whatever else the machine does hits both alike. Exits 1 below a bar. Loopback only; ends by itself within two minutes.
 */
const CHIPS = Number(process.argv[2] ?? 100_000);
const CONNECTIONS = 32;
const [WARM_UP, ROUNDS, SECONDS] = [3, 5, 4];
const MOST_SLOWER_P99 = 4;

interface Pair {
  readonly what: string;
  /** Of the bare route's throughput, at least. */
  readonly bar: number;
  readonly portal: autocannon.Options;
  readonly bare: autocannon.Options;
}

interface Measured {
  readonly perSecond: number;
  readonly p99: number;
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

const folder = mkdtempSync(join(tmpdir(), 'pmp-bench-'));
const servers: Server[] = [];
try {
  (await openFilled(join(folder, 'data'), CHIPS)).$client.close();
  const portal = await startPortal(folder);
  servers.push(portal);
  const cookie = await signIn(portal.address, ADMIN.username, ADMIN.password);
  const list = `${portal.address}/chips?size=32`;
  const bare = await startBare({
    database: join(folder, 'data/pmp.sqlite'),
    statements: recordReads(join(folder, 'data'), readList),
    listBytes: await sizeOf(list, cookie),
    textBytes: await sizeOf(`${portal.address}/login`),
  });
  servers.push(bare);
  const pairs: readonly Pair[] = [
    {
      what: `chip list of ${CHIPS}`,
      bar: 0.3,
      portal: { url: list, headers: { cookie } },
      bare: { url: `${bare.address}/list` },
    },
    {
      what: 'sign-in page',
      bar: 0.5,
      portal: { url: `${portal.address}/login` },
      bare: { url: `${bare.address}/text` },
    },
  ];
  console.log(`\n${CONNECTIONS} connections        bare/s  portal/s  share        p99 bare  portal  quotient`);
  for (const pair of pairs) await compare(pair);
} finally {
  for (const server of servers) server.process.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Reads one page of the admin's list, and how many chips there are. */
function readList(db: Db): void {
  const query = { q: '', filters: {}, sort: undefined, page: 1, size: 32 };
  listChips(db, query, { at: Date.now(), day: () => undefined });
}

function startBare(task: BareTask): Promise<Server> {
  return startServer(join(import.meta.dirname, 'bench/bare.ts'), join(folder, 'bare.log'), {
    BARE_TASK: JSON.stringify(task),
  });
}

async function sizeOf(url: string, cookie = ''): Promise<number> {
  const answer = await fetch(url, { headers: { cookie, 'accept-encoding': 'identity' } });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}

async function compare({ what, bar, portal, bare }: Pair): Promise<void> {
  for (const options of [portal, bare]) await load(options, WARM_UP);
  const measured: { portal: Measured; bare: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    measured.push({ bare: await load(bare, SECONDS), portal: await load(portal, SECONDS) });
  const share = median(measured.map((each) => each.portal.perSecond / each.bare.perSecond));
  const slower = median(measured.map((each) => each.portal.p99 / each.bare.p99));
  const [bareRate, portalRate] = [
    median(measured.map((each) => each.bare.perSecond)),
    median(measured.map((each) => each.portal.perSecond)),
  ];
  const [bareP99, portalP99] = [
    median(measured.map((each) => each.bare.p99)),
    median(measured.map((each) => each.portal.p99)),
  ];
  const columns = [bareRate.toFixed(0), portalRate.toFixed(0), percent(share)].map((text) => text.padStart(9));
  const late = [bareP99.toFixed(0), portalP99.toFixed(0), slower.toFixed(1)].map((text) => text.padStart(8));
  console.log(`${what.padEnd(22)}${columns.join('')} (${percent(bar)})${late.join('')} (${MOST_SLOWER_P99})`);
  if (share < bar || slower > MOST_SLOWER_P99) process.exitCode = 1;
}

async function load(options: autocannon.Options, seconds: number): Promise<Measured> {
  const result = await autocannon({ ...options, connections: CONNECTIONS, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${options.url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}
