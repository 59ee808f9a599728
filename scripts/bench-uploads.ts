import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { connect } from '../src/db/index.ts';
import { type CastSnapshot, createCast, startPortal } from '../test/support/cast.ts';
import { type MadeCertificate, makeIntermediate, makeRoot } from '../test/support/certificates.ts';
import { type KeyKind, keyPair } from '../test/support/keys.ts';
import { Visitor } from '../test/support/visitor.ts';

/**
 * `npm run bench:uploads`: how long the dearest files for the trust store hold the main thread in one piece, in ms. Exits 1 above the bar. Each
 * file has a hundred certificates of the dearest kinds of keys, and goes to a portal of its own, first as a preview, then to be stored.
 */
const BAR = 250;
const KEYS: readonly KeyKind[] = ['P-521', 'P-384', 'Ed448', 'rsa-3072', 'rsa-2048'];

const FILES: Readonly<Record<string, (kind: KeyKind) => readonly MadeCertificate[]>> = {
  'a hundred roots': (kind) => named('Root', (subject) => makeRoot({ key: keyPair(kind), subject })),
  'a hundred roots of one name': (kind) => named('Root', () => makeRoot({ key: keyPair(kind) })),
  'a root and what it issued': (kind) => {
    const root = makeRoot({ key: keyPair(kind) });
    return [root, ...named('Below', (subject) => makeIntermediate(root, { key: keyPair('P-256'), subject })).slice(1)];
  },
  'a root, a CA with a hundred namesakes, and what one issued': (kind) => {
    const root = makeRoot({ key: keyPair(kind) });
    const namesakes = named('CA', () => makeIntermediate(root, { key: keyPair(kind), subject: { CN: 'CA' } }));
    const issuer = namesakes.at(-1) ?? root;
    return [root, ...namesakes.slice(2), makeIntermediate(issuer, { key: keyPair('P-256') })];
  },
};

function named(name: string, make: (subject: { O: string; CN: string }) => MadeCertificate): MadeCertificate[] {
  return Array.from({ length: 100 }, (_, number) => make({ O: 'Bench', CN: `${name} ${number}` }));
}

/** Sends a file as the admin, and returns the longest time between two turns of the event loop. */
async function hold(cast: CastSnapshot, address: string, file: readonly MadeCertificate[]): Promise<number> {
  const db = connect(new Database(readFileSync(join(cast.folder, 'cast.db'))));
  const { app } = await startPortal(db, join(cast.folder, 'data'), {});
  await app.ready();
  const ada = new Visitor(app, cast.cookies.ada);
  const bytes = file.map(({ pem }) => pem).join('');
  const longest = await longestTurn(async () => {
    const { status } = await ada.upload(address, { name: 'cas.pem', bytes }, { domain: 'FTM', type: 'root' });
    if (![200, 303, 422].includes(status)) throw new Error(`${address} answered ${status}`);
  });
  await app.close();
  db.$client.close();
  return longest;
}

async function longestTurn(work: () => Promise<void>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  let running = true;
  const turn = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  // The last turn is not over before the next begins.
  await new Promise((resolve) => setImmediate(resolve));
  return longest;
}

const cast = await createCast();
let missed = false;
try {
  console.log('longest turn, ms'.padEnd(72), 'preview', ' upload');
  for (const [what, make] of Object.entries(FILES)) {
    for (const kind of KEYS) {
      const file = make(kind);
      const times = [await hold(cast, '/trust-store/preview', file), await hold(cast, '/trust-store', file)];
      missed ||= times.some((time) => time > BAR);
      console.log(`${what}, ${kind}`.padEnd(72), ...times.map((time) => time.toFixed(0).padStart(7)));
    }
  }
} finally {
  rmSync(cast.folder, { recursive: true, force: true });
}
console.log(missed ? `MISSED: more than ${BAR} ms` : `ok: at most ${BAR} ms`);
process.exitCode = missed ? 1 : 0;
