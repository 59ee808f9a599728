import { carryOverWhenQuiet } from './carry-over.ts';
import type { Db, Queries, Tx } from './connection.ts';

/** `work` is synchronous; a promise would go on outside the transaction, so its type is refused. */
export type Sync<T> = T extends PromiseLike<unknown> ? never : T;

/** Runs `work` in one immediate transaction: all of it is on disk when this returns, or none of it. */
export function transaction<T>(db: Db, work: (tx: Tx) => Sync<T>): T {
  // By the driver: Drizzle would put another database together for each transaction, and every query anew for it (`preparedOnce`).
  const result = db.$client.transaction(() => work(db)).immediate();
  carryOverWhenQuiet(db);
  return result;
}

/** Runs queries that belong together, so that all of them see the database as it is at one moment. */
export function readTogether<T>(db: Queries, read: () => Sync<T>): T {
  return (db as Db).$client.transaction<() => T>(read).deferred();
}

/** Whether an error is SQLite's refusal of a second row with the same unique value (Drizzle wraps the driver's error). */
export function isUniqueViolation(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_CONSTRAINT_UNIQUE';
}
