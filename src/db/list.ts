import { and, type Column, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { ListQuery } from '../lib/paging.ts';
import type { Queries } from './connection.ts';
import { listCounts } from './schema/index.ts';

/** Where a list is read from: a table whose integer key counts in the order of creation, and the FTS5 table with the same keys. */
export interface ListSource {
  readonly table: SQLiteTable;
  readonly key: Column;
  readonly search: string;
}

/** Columns by which a list can be sorted, by name; `-` before the direction asked for turns it round for one of several. */
export type SortColumns = Readonly<Record<string, readonly SortColumn[]>>;
type SortColumn = Column | SQL | { readonly falling: Column };

/** What is wanted of a list. */
export interface Selection {
  /** An expression of `matchOf`. */
  readonly match: string | undefined;
  readonly where: readonly (SQL | undefined)[];
  /** The order asked for; undefined: the newest first. */
  readonly order: { readonly columns: readonly SortColumn[]; readonly descending: boolean } | undefined;
  /** How many there are, where that is kept; undefined: they are counted, up to `MOST_COUNTED`. */
  readonly total: number | undefined;
}

/** What was found is counted, and can be paged through, up to here. */
export const MOST_COUNTED = 10_000;

export interface Keys {
  readonly keys: readonly number[];
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
}

/**
 * The keys of one page, in order. A page beyond the middle is read from the other end, so that no more than half of a list is ever passed
 * over; pages of what had to be searched for end at `MOST_COUNTED`.
 */
export function listKeys(
  db: Queries,
  source: ListSource,
  selection: Selection,
  { page, size }: Pick<ListQuery, 'page' | 'size'>,
): Keys {
  const offset = (page - 1) * size;
  const { total } = selection;
  if (total === undefined) {
    const found = readKeys(db, source, selection, { limit: MOST_COUNTED + 1 });
    const kept = found.slice(0, MOST_COUNTED);
    return { keys: kept.slice(offset, offset + size), total: kept.length, more: found.length > kept.length };
  }
  const limit = Math.max(0, Math.min(size, total - offset));
  const behind = total - offset - limit;
  if (limit === 0) return { keys: [], total, more: false };
  if (behind >= offset) return { keys: readKeys(db, source, selection, { limit, offset }), total, more: false };
  const keys = readKeys(db, source, selection, { limit, offset: behind, reversed: true });
  return { keys: keys.reverse(), total, more: false };
}

/** All keys of a list in order, in blocks. What is added meanwhile is left out. */
export function* keyBlocks(db: Queries, source: ListSource, selection: Selection, size = 2_000): Generator<number[]> {
  const newest = db.get<{ key: number | null }>(sql`SELECT max(${source.key}) AS key FROM ${source.table}`)?.key ?? 0;
  const before = { ...selection, where: [...selection.where, sql`+${source.key} <= ${newest}`] };
  for (let offset = 0; ; offset += size) {
    const keys = readKeys(db, source, before, { limit: size, offset });
    if (keys.length > 0) yield keys;
    if (keys.length < size) return;
  }
}

/** Reads the rows of some keys, and puts them in the order of the keys. */
export function inOrderOf<Row>(
  keys: readonly number[],
  read: (keys: number[]) => readonly Row[],
  keyOf: (row: Row) => number,
): Row[] {
  if (keys.length === 0) return [];
  const byKey = new Map(read([...keys]).map((row) => [keyOf(row), row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** Reads the rows of many keys in parts that are soon done. */
export function* inParts<Row>(keys: readonly number[], read: (keys: number[]) => Row[], size = 100): Generator<Row[]> {
  for (let start = 0; start < keys.length; start += size) yield read(keys.slice(start, start + size));
}

/** How many rows a list has: in all or within a scope, of one status or of every. */
export function countRows(db: Queries, list: string, scope: string, statuses?: readonly string[]): number {
  const of = and(
    eq(listCounts.list, list),
    eq(listCounts.scope, scope),
    statuses === undefined ? undefined : inArray(listCounts.status, [...statuses]),
  );
  const row = db
    .select({ count: sql<number>`coalesce(sum(${listCounts.count}), 0)` })
    .from(listCounts)
    .where(of)
    .get();
  return row?.count ?? 0;
}

interface Piece {
  readonly limit: number;
  readonly offset?: number;
  readonly reversed?: boolean;
}

function readKeys(
  db: Queries,
  { table, key, search }: ListSource,
  { match, where, order }: Selection,
  { limit, offset = 0, reversed = false }: Piece,
): number[] {
  const found = sql.raw(search);
  const conditions = and(...where);
  const piece = sql`LIMIT ${limit} OFFSET ${offset}`;
  const direction = (descending: boolean) => sql.raw(descending !== reversed ? 'DESC' : 'ASC');
  let query: SQL;
  if (match !== undefined && order === undefined) {
    // The order of the search table is that of the list, so what was found need not be sorted.
    const rest =
      conditions === undefined ? sql`` : sql`CROSS JOIN ${table} ON ${key} = ${found}.rowid AND ${conditions}`;
    query = sql`SELECT ${found}.rowid AS key FROM ${found} ${rest} WHERE ${found} MATCH ${match} ORDER BY ${found}.rowid ${direction(true)} ${piece}`;
  } else {
    const matching =
      match === undefined ? undefined : sql`${key} IN (SELECT rowid FROM ${found} WHERE ${found} MATCH ${match})`;
    // The first condition is always true; it has the plan say that the table is read by its key.
    const condition = and(order === undefined ? sql`${key} > 0` : undefined, conditions, matching) ?? sql`TRUE`;
    const columns = order?.columns ?? [];
    const terms = columns.map((column) =>
      'falling' in column
        ? sql`${column.falling} ${direction(order?.descending !== true)}`
        : sql`${column} ${direction(order?.descending === true)}`,
    );
    const last = sql`${key} ${direction(order?.descending ?? true)}`;
    query = sql`SELECT ${key} AS key FROM ${table} WHERE ${condition} ORDER BY ${sql.join([...terms, last], sql`, `)} ${piece}`;
  }
  return db.all<{ key: number }>(query).map((row) => row.key);
}
