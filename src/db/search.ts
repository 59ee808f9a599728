import { asc, type Column, desc, type SQL, sql } from 'drizzle-orm';
import type { ListQuery } from '../lib/paging.ts';
import { caseKey } from '../lib/text.ts';

/** A column contains a text, whatever the case (`casefold` is registered by `connect`). Undefined, so no condition, for an empty text. */
export function contains(column: Column | SQL, text: string | undefined): SQL | undefined {
  return text === undefined || text === '' ? undefined : sql`instr(casefold(${column}), ${caseKey(text)}) > 0`;
}

/** An instant lies within a range of UTC ms. */
export function within(column: Column | SQL, range: { from: number; to: number } | undefined): SQL | undefined {
  return range === undefined ? undefined : sql`${column} >= ${range.from} AND ${column} < ${range.to}`;
}

/** The order of a list: the column asked for, then (or without one) `otherwise`, which ends in an id as tie-break. */
export function orderBy(
  query: ListQuery,
  columns: Readonly<Record<string, Column | SQL>>,
  otherwise: readonly SQL[],
): SQL[] {
  const column = query.sort === undefined ? undefined : columns[query.sort.column];
  if (column === undefined) return [...otherwise];
  return [query.sort?.descending === true ? desc(column) : asc(column), ...otherwise];
}
