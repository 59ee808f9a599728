import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { Sqlite } from '../../src/db/index.ts';

const MIGRATION = readFileSync(resolve(import.meta.dirname, '../../migrations/0006_lists.sql'), 'utf8');

/** The statement by which the migration filled a table of lists from the others. */
function fillOf(table: string): { columns: string; select: string } {
  const found = new RegExp(`^INSERT INTO ${table} \\(([^)]*)\\)\\s+(SELECT[\\s\\S]*?);$`, 'm').exec(MIGRATION);
  if (found?.[1] === undefined || found[2] === undefined) throw new Error(`the migration does not fill ${table}`);
  return { columns: found[1], select: found[2] };
}

const SEARCHED = ['chip_search', 'person_search', 'ca_search', 'audit_search'];

/** Expects that what the triggers kept is what the migration would make of the tables as they are now. */
export function expectKept(sqlite: Sqlite): void {
  for (const table of ['chip_list', 'person_list', 'ca_list', 'list_counts']) {
    const { columns, select } = fillOf(table);
    const kept = sqlite.prepare(`SELECT ${columns} FROM ${table} ${table === 'list_counts' ? 'WHERE count > 0' : ''}`);
    expect({ [table]: sorted(kept.raw().all()) }).toEqual({ [table]: sorted(sqlite.prepare(select).raw().all()) });
  }
  for (const table of SEARCHED)
    expect({ [table]: termsIn(sqlite, table) }).toEqual({ [table]: termsAnew(sqlite, table) });
}

function sorted(rows: unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** Every term of a search table, with where it stands; but for the names of things in the trail, which stay as they were. */
function termsIn(sqlite: Sqlite, table: string): unknown[] {
  sqlite.exec(
    `DROP TABLE IF EXISTS temp.terms; CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, ${table}, instance)`,
  );
  return sqlite
    .prepare(`SELECT term, doc, col, "offset" FROM temp.terms WHERE col <> 'thing' ORDER BY 1, 2, 3, 4`)
    .raw()
    .all();
}

/** The same of one that is made anew. */
function termsAnew(sqlite: Sqlite, table: string): unknown[] {
  const { columns, select } = fillOf(table);
  const made = (/CREATE VIRTUAL TABLE [^;]*/.exec(
    MIGRATION.slice(MIGRATION.indexOf(`CREATE VIRTUAL TABLE ${table} `)),
  ) ?? [''])[0];
  sqlite.exec(`${made.replace(table, 'search_anew')}; INSERT INTO search_anew (${columns}) ${select}`);
  const terms = termsIn(sqlite, 'search_anew');
  sqlite.exec('DROP TABLE temp.terms; DROP TABLE search_anew');
  return terms;
}
