import { getTableColumns, type InferSelectModel, type SQL, sql } from 'drizzle-orm';
import type { SQLiteInsertValue, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Queries } from './connection.ts';

/**
 * A query that is put together once for each database, for what nearly every page or every upload asks: its values come as placeholders.
 * It is the same one inside a transaction.
 */
export function preparedOnce<Prepared>(prepare: (db: Queries) => Prepared): (db: Queries) => Prepared {
  const known = new WeakMap<Queries, Prepared>();
  return (db) => {
    const prepared = known.get(db) ?? prepare(db);
    known.set(db, prepared);
    return prepared;
  };
}

/**
 * A text that a query with a join is asked for. At a bare placeholder SQLite looks before it plans a join, and so plans it anew for each
 * value, which takes longer than the query itself; at one that is calculated it does not look. The same goes for what never changes, such as
 * a status or a limit: Drizzle makes a placeholder of it, unless it stands in `sql`.
 */
export function givenText(name: string): SQL<string> {
  return sql`cast(${sql.placeholder(name)} AS TEXT)`;
}

/** Inserts a whole row, every column of it given, by a statement that is put together once. */
export function insertOnce<Table extends SQLiteTable>(
  table: Table,
): (db: Queries, row: InferSelectModel<Table>) => void {
  const insert = preparedOnce((db) => db.insert(table).values(placeholdersOf(table)).prepare());
  return (db, row) => void insert(db).run(row);
}

function placeholdersOf<Table extends SQLiteTable>(table: Table): SQLiteInsertValue<Table> {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as SQLiteInsertValue<Table>;
}
