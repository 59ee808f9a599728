import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/db/index.ts';
import { freshDatabase } from '../support/database.ts';

const tables = (Object.values(schema) as unknown[]).filter((each): each is SQLiteTable => is(each, SQLiteTable));

describe('the Drizzle schema and the migrated database', () => {
  const sqlite = freshDatabase().$client;

  it('have the same tables', () => {
    const inDatabase = sqlite
      .prepare(
        // Without the tables of full-text search, and those that SQLite keeps for them.
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations' ORDER BY name",
      )
      .pluck()
      .all();
    expect(tables.map((table) => getTableName(table)).sort()).toEqual(inDatabase);
  });

  it.each(tables.map((table) => [getTableName(table), table] as const))('%s has the same columns', (name, table) => {
    const rows = sqlite
      .prepare(`SELECT name, type, "notnull" AS required FROM pragma_table_info('${name}') ORDER BY name`)
      .all();
    const columns = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      required: column.notNull ? 1 : 0,
    }));
    expect(columns.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      rows.map((row) => ({ ...(row as object), type: (row as { type: string }).type.toUpperCase() })),
    );
  });

  it('every table is STRICT', () => {
    const loose = sqlite
      .prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });
});
