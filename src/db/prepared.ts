import type { Queries } from './connection.ts';

/**
 * A query that is put together once for each database, for what nearly every page asks: its values come as placeholders. In a transaction,
 * which Drizzle takes for another database, it is put together for that transaction.
 */
export function preparedOnce<Prepared>(prepare: (db: Queries) => Prepared): (db: Queries) => Prepared {
  const known = new WeakMap<Queries, Prepared>();
  return (db) => {
    const prepared = known.get(db) ?? prepare(db);
    known.set(db, prepared);
    return prepared;
  };
}
