import { randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MadeCertificate } from '../test/support/certificates.ts';
import { describeDisagreement, Report, type Tally } from './oracle/report.ts';
import { type Judged, runOracle } from './oracle/run.ts';

/**
 * `npm run oracle -- 20000 [seed] [mutation]`: random chains with one mutation each, judged by the portal and by `openssl verify`. Exits 1 when
 * they disagree for a reason that is not written down in `oracle/differences.ts`, and keeps the certificates of such chains.
 * `npm run oracle -- 1 <seed> <mutation>` makes one chain again.
 */
async function main(): Promise<number> {
  const [count = 1_000, seed = randomInt(2 ** 30)] = process.argv.slice(2, 4).map(Number);
  const only = process.argv[4];
  if (!Number.isInteger(count) || !Number.isInteger(seed) || count < 1)
    throw new Error('usage: oracle [count] [seed] [mutation]');
  console.log(`${count} chains, seeds from ${seed}`);
  const report = new Report();
  const add = (judged: Judged) => {
    report.add(judged);
    if (report.unknown.at(-1) === judged) console.log(`${describeDisagreement(judged)}; kept in ${keep(judged)}`);
  };
  await runOracle(count, seed, add, only);
  print(report);
  return report.unknown.length === 0 ? 0 : 1;
}

/** Writes the certificates of a chain where one can look at them. */
function keep({ chain, seed }: Judged): string {
  const folder = mkdtempSync(join(tmpdir(), `pmp-oracle-${seed}-`));
  const pem = (list: readonly MadeCertificate[]) => list.map((each) => each.pem).join('');
  writeFileSync(join(folder, 'roots.pem'), pem(chain.roots));
  writeFileSync(join(folder, 'between.pem'), pem(chain.intermediates));
  writeFileSync(join(folder, 'leaf.pem'), chain.leaf.pem);
  return folder;
}

function print(report: Report): void {
  const row = (name: string, { accepted, refused, known, unknown }: Tally) =>
    console.log(name.padEnd(32), ...[accepted, refused, known, unknown].map((each) => String(each).padStart(8)));
  console.log(`\n${'mutation'.padEnd(32)} accepted  refused    known  UNKNOWN`);
  for (const [name, tally] of report.byMutation) row(name, tally);
  row('all', report.total);
  for (const [title, counts] of [
    ['what the portal said', report.byReason],
    ['known differences', report.byDifference],
  ] as const) {
    console.log(`\n${title}`);
    for (const [name, number] of [...counts].sort((one, other) => other[1] - one[1]))
      console.log(`  ${name.padEnd(40)} ${number}`);
  }
}

process.exitCode = await main();
