import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Exercise, fillDisk, takeAway, unmount } from './crash/disk.ts';
import { type Kills, killOften } from './crash/kills.ts';
import { KINDS } from './crash/ledger.ts';
import { killAll } from './crash/portal.ts';

/** Long enough for anybody: at three seconds each they take an hour. */
const MOST_KILLS = 1_000;

/**
 * `npm run crash -- 200 [seed]`: a portal in a process of its own is killed at random moments while people work with it, and started again
 * on the same data: every write that was acknowledged must be there, none by half. Then its disk becomes full, and its data directory is
 * taken away. Exits 1 at the first fault. Loopback only; leaves nothing behind.
 */
async function main(): Promise<number> {
  const [count = 200, seed = randomInt(2 ** 30)] = process.argv.slice(2, 4).map(Number);
  if (!Number.isInteger(count) || !Number.isInteger(seed) || count < 1 || count > MOST_KILLS)
    throw new Error(`usage: crash [kills, up to ${MOST_KILLS}] [seed]`);
  console.log(`${count} kills, seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'pmp-crash-'));
  const leave = () => {
    killAll();
    unmount();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      leave();
      process.exit(1);
    });
  try {
    const kills = await killOften(folder, count, seed);
    printKills(kills);
    if (kills.faults.length > 0) return report(kills.faults);
    console.log(`\n${'disk'.padEnd(32)}    acknowledged  503 answers`);
    const full = printExercise('full', await fillDisk(folder));
    if (full.faults.length > 0) return report(full.faults);
    return report(printExercise('data directory taken away', await takeAway(folder)).faults);
  } finally {
    leave();
  }
}

function printKills({ ledger, byMoment, starts, unanswered }: Kills): void {
  for (const [moment, number] of byMoment) console.log(`killed ${moment}`.padEnd(32), String(number).padStart(8));
  console.log('requests left unanswered'.padEnd(32), String(unanswered).padStart(8));
  const sorted = starts.toSorted((one, other) => one - other);
  const [median = 0, longest = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  console.log('start after a kill, ms'.padEnd(32), median.toFixed(0).padStart(8), `  longest ${longest.toFixed(0)}`);
  console.log(`\n${'change'.padEnd(32)}    acknowledged     refused`);
  for (const kind of KINDS)
    console.log(kind.padEnd(32), String(ledger.count(kind)).padStart(15), String(ledger.refused(kind)).padStart(11));
}

function printExercise(what: string, exercise: Exercise): Exercise {
  const { acknowledged, refused, skipped } = exercise;
  const figures = [String(acknowledged).padStart(15), String(refused).padStart(12)];
  console.log(what.padEnd(32), ...(skipped === undefined ? figures : [` skipped: ${skipped}`]));
  return exercise;
}

function report(faults: readonly string[]): number {
  console.log(faults.length === 0 ? '\nnothing lost, nothing by half' : `\nFAULTS\n${faults.join('\n')}`);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
