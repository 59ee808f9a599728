import type { Db } from './connection.ts';

/** In ms. After so long without a transaction nobody is in the middle of many uploads. */
const QUIET = 250;

/** In pages. The wait for the disk is not worth it for less. */
const WORTHWHILE = 1_000;

const timers = new WeakMap<Db, NodeJS.Timeout>();

/**
 * Has the pages of the write-ahead log carried into the database once nothing was written for a moment, so that it is seldom done while somebody
 * waits. Called after each transaction.
 */
export function carryOverWhenQuiet(db: Db): void {
  const timer = timers.get(db)?.refresh() ?? setTimeout(() => carryOver(db), QUIET).unref();
  timers.set(db, timer);
}

function carryOver({ $client }: Db): void {
  try {
    const [log] = $client.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
    if (log.log - log.checkpointed >= WORTHWHILE) $client.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // Closed meanwhile; or a full or failing disk: all is safe in the log, and whoever writes next is told.
  }
}
