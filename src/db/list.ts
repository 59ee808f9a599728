import { and, asc, type Column, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type ListQuery, type Page, pageWithin } from '../lib/paging.ts';
import type { Queries } from './connection.ts';
import { preparedOnce } from './prepared.ts';
import { listCounts } from './schema/index.ts';
import { untilChanged } from './unchanged.ts';

/** Where a list is read from: a table whose integer key counts in the order of creation, and the FTS5 table with the same keys. */
export interface ListSource<Row = unknown> {
  readonly table: SQLiteTable;
  readonly key: Column;
  readonly search: string;
  /** Reads the rows of some keys, in whatever order. */
  readonly read: (db: Queries, keys: number[]) => readonly { readonly key: number; readonly row: Row }[];
}

/** Columns by which a list can be sorted, by name; `-` before the direction asked for turns it round for one of several. */
export type SortColumns = Readonly<Record<string, readonly SortColumn[]>>;
type SortColumn = Column | SQL | { readonly falling: Column };

/** An order of rows; the key is the tie-break, in the same direction. */
export interface Order {
  readonly columns: readonly SortColumn[];
  readonly descending: boolean;
}

/** What is wanted of a list. */
export interface Selection {
  /** An expression of `matchOf`. */
  readonly match: string | undefined;
  readonly where: readonly (SQL | undefined)[];
  /** The order asked for; undefined: the newest first. */
  readonly order: Order | undefined;
  /** What "newest" goes by; undefined: the key. */
  readonly newest?: readonly SortColumn[];
  /** How many there are, where that is kept; undefined: they are counted, up to `MOST_COUNTED`. */
  readonly total: number | undefined;
}

/** What was found is counted, put in order and paged through up to here: nobody goes through more, and with a million rows three times as many take three times as long. */
export const MOST_COUNTED = 1_000;

interface Keys {
  readonly keys: readonly number[];
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
}

/** One page of a list. */
export function listPage<Row>(
  db: Queries,
  source: ListSource<Row>,
  selection: Selection,
  query: Pick<ListQuery, 'page' | 'size'>,
): Page<Row> {
  const { keys, ...rest } = listKeys(db, source, selection, query);
  return { rows: rowsOf(db, source, keys), ...rest };
}

/** Every row of a list, in its order, in blocks that are soon read; some may be empty, so that others have their turn. */
export function* listBlocks<Row>(db: Queries, source: ListSource<Row>, selection: Selection): Generator<Row[]> {
  for (const keys of keyBlocks(db, source, selection)) {
    if (keys.length === 0) yield [];
    for (let start = 0; start < keys.length; start += ROWS_AT_ONCE)
      yield rowsOf(db, source, keys.slice(start, start + ROWS_AT_ONCE));
  }
}

/** The rows of some keys, in the order of the keys. */
function rowsOf<Row>(db: Queries, { read }: ListSource<Row>, keys: readonly number[]): Row[] {
  if (keys.length === 0) return [];
  const byKey = new Map(read(db, [...keys]).map(({ key, row }) => [key, row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/**
 * The keys of one page, in order; of the first where there is no such page. One beyond the middle is read from the other end, so that no more than half of a list is ever passed
 * over. What had to be searched for ends at `MOST_COUNTED`: of more, the newest are put in the order asked for.
 */
function listKeys(
  db: Queries,
  source: ListSource,
  selection: Selection,
  asked: Pick<ListQuery, 'page' | 'size'>,
): Keys {
  const { size } = asked;
  const offsetIn = (total: number) => (pageWithin(asked, total) - 1) * size;
  const { total } = selection;
  if (total === undefined) {
    const found = readKeys(db, source, { ...selection, order: undefined }, { limit: MOST_COUNTED + 1 });
    const kept = found.slice(0, MOST_COUNTED);
    const ordered = selection.order === undefined ? kept : sortKeys(db, source, kept, selection.order);
    const first = offsetIn(kept.length);
    return { keys: ordered.slice(first, first + size), total: kept.length, more: found.length > kept.length };
  }
  const offset = offsetIn(total);
  const limit = Math.max(0, Math.min(size, total - offset));
  const behind = total - offset - limit;
  if (limit === 0) return { keys: [], total, more: false };
  if (behind >= offset) return { keys: readKeys(db, source, selection, { limit, offset }), total, more: false };
  const keys = readKeys(db, source, selection, { limit, offset: behind, reversed: true });
  return { keys: keys.reverse(), total, more: false };
}

/** So many keys are read at a time where all are wanted, and so many rows. */
const BLOCK = 2_000;
const ROWS_AT_ONCE = 100;

/** All keys of a list in order, in blocks that are soon read; some of them may be empty. What is added meanwhile is left out. */
function* keyBlocks(db: Queries, source: ListSource, selection: Selection): Generator<number[]> {
  const newest = db.get<{ key: number | null }>(sql`SELECT max(${source.key}) AS key FROM ${source.table}`)?.key ?? 0;
  const { match, order } = selection;
  if (order === undefined && (match !== undefined || selection.newest === undefined)) {
    yield* blocksByKey(db, source, selection, newest);
    return;
  }
  const found = new Set<number>();
  for (const keys of match === undefined ? [] : blocksByKey(db, source, selection, newest)) {
    for (const key of keys) found.add(key);
    yield [];
  }
  if (match !== undefined && order !== undefined && found.size <= MOST_COUNTED) {
    yield sortKeys(db, source, [...found], order);
    return;
  }
  // The order's own index is walked through, and what was searched for picked out of it.
  const before = { ...selection, match: undefined, where: [...selection.where, sql`+${source.key} <= ${newest}`] };
  for (let offset = 0; ; offset += BLOCK) {
    const keys = readKeys(db, source, before, { limit: BLOCK, offset });
    yield match === undefined ? keys : keys.filter((key) => found.has(key));
    if (keys.length < BLOCK) return;
  }
}

/** The newest first by key, each block going on where the last one ended. */
function* blocksByKey(db: Queries, source: ListSource, selection: Selection, newest: number): Generator<number[]> {
  for (let last = newest + 1; ; ) {
    const keys = readKeys(db, source, { ...selection, order: undefined, newest: [] }, { limit: BLOCK, below: last });
    if (keys.length > 0) yield keys;
    if (keys.length < BLOCK) return;
    last = keys.at(-1) ?? 0;
  }
}

/** How many rows a list has: in all or within a scope, of one status or of every. */
export function countRows(db: Queries, list: string, scope: string, statuses?: readonly string[]): number {
  const asked = { list, scope, statuses: statuses === undefined ? null : JSON.stringify(statuses) };
  return knownCount(db, JSON.stringify(asked));
}

const knownCount = untilChanged((db, asked) => countOf(db).get(JSON.parse(asked))?.count ?? 0);

const countOf = preparedOnce((db) => {
  const { list, scope, statuses } = {
    list: sql.placeholder('list'),
    scope: sql.placeholder('scope'),
    statuses: sql.placeholder('statuses'),
  };
  const asked = sql`(${statuses} IS NULL OR ${listCounts.status} IN (SELECT value FROM json_each(${statuses})))`;
  return db
    .select({ count: sql<number>`coalesce(sum(${listCounts.count}), 0)` })
    .from(listCounts)
    .where(and(eq(listCounts.list, list), eq(listCounts.scope, scope), asked))
    .prepare();
});

interface Piece {
  readonly limit: number;
  readonly offset?: number;
  /** From the other end. */
  readonly reversed?: boolean;
  /** Only keys below this one. */
  readonly below?: number;
}

const wholeLists = new Map<Column, ReturnType<typeof prepareWhole>>();

/** The keys of a list of which nothing else is asked, as it comes first: put together once. */
function wholeList(table: SQLiteTable, key: Column): ReturnType<typeof prepareWhole> {
  const known = wholeLists.get(key) ?? prepareWhole(table, key);
  wholeLists.set(key, known);
  return known;
}

function prepareWhole(table: SQLiteTable, key: Column) {
  return preparedOnce((db) => {
    const by = (order: SQL) =>
      db
        .select({ key: sql<number>`${key}` })
        .from(table)
        .where(sql`${key} > 0`)
        .orderBy(order)
        .limit(sql.placeholder('limit'))
        .offset(sql.placeholder('offset'))
        .prepare();
    return { falling: by(desc(key)), rising: by(asc(key)) };
  });
}

function readKeys(
  db: Queries,
  { table, key, search }: ListSource,
  { match, where, order, newest = [] }: Selection,
  { limit, offset = 0, reversed = false, below }: Piece,
): number[] {
  const isWhole = match === undefined && below === undefined && where.every((each) => each === undefined);
  if (isWhole && order === undefined && newest.length === 0) {
    const { falling, rising } = wholeList(table, key)(db);
    return (reversed ? rising : falling).all({ limit, offset }).map((row) => row.key);
  }
  const piece = sql`LIMIT ${limit} OFFSET ${offset}`;
  const { columns, descending } = order ?? { columns: newest, descending: true };
  const sorted = orderBy({ columns, descending: descending !== reversed }, key);
  if (match === undefined) {
    // Where the key is the order, the plan is to say that the table is read by it: each key is above 0.
    const byKey = columns.length > 0 ? undefined : sql`${key} > 0`;
    const condition = and(byKey, below === undefined ? undefined : sql`${key} < ${below}`, ...where) ?? sql`TRUE`;
    return keysOf(db, sql`SELECT ${key} AS key FROM ${table} WHERE ${condition} ORDER BY ${sorted} ${piece}`);
  }
  // The order of the search table is that of the keys, so what was found need not be sorted.
  const found = sql.raw(search);
  const conditions = and(...where);
  const rest = conditions === undefined ? sql`` : sql`CROSS JOIN ${table} ON ${key} = ${found}.rowid AND ${conditions}`;
  const matching = and(sql`${found} MATCH ${match}`, below === undefined ? undefined : sql`${found}.rowid < ${below}`);
  return keysOf(
    db,
    sql`SELECT ${found}.rowid AS key FROM ${found} ${rest} WHERE ${matching} ORDER BY ${found}.rowid DESC ${piece}`,
  );
}

/** Puts keys in an order. */
function sortKeys(db: Queries, { table, key }: ListSource, keys: readonly number[], order: Order): number[] {
  const among = sql`${key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`;
  return keysOf(db, sql`SELECT ${key} AS key FROM ${table} WHERE ${among} ORDER BY ${orderBy(order, key)}`);
}

function orderBy({ columns, descending }: Order, key: Column): SQL {
  const direction = (falling: boolean) => sql.raw(falling ? 'DESC' : 'ASC');
  const terms = columns.map((column) =>
    'falling' in column ? sql`${column.falling} ${direction(!descending)}` : sql`${column} ${direction(descending)}`,
  );
  return sql.join([...terms, sql`${key} ${direction(descending)}`], sql`, `);
}

function keysOf(db: Queries, query: SQL): number[] {
  return db.all<{ key: number }>(query).map((row) => row.key);
}
