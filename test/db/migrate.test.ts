import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Migration, migrate, readMigrations } from '../../src/db/index.ts';

const PARENTS: Migration = {
  number: 1,
  name: '0001_parents.sql',
  sql: `CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents(id) ON DELETE CASCADE) STRICT;
        INSERT INTO parents VALUES (1), (2); INSERT INTO children VALUES (10, 1), (20, 2);`,
};
/** SQLite changes a column by building the table anew: drops the old one, which must not empty its children. */
const REBUILD: Migration = {
  number: 2,
  name: '0002_rebuild.sql',
  sql: `CREATE TABLE parents_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT;
        INSERT INTO parents_new (id) SELECT id FROM parents;
        DROP TABLE parents; ALTER TABLE parents_new RENAME TO parents;`,
};

let sqlite: Database.Database;
beforeEach(() => {
  sqlite = new Database(':memory:');
  sqlite.pragma('foreign_keys = ON');
});
afterEach(() => {
  sqlite.close();
});

const applied = () => sqlite.prepare('SELECT name FROM migrations ORDER BY number').pluck().all();
const count = (table: string) => sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

describe('migrating', () => {
  test('applies what is missing, in order, once', () => {
    migrate(sqlite, [PARENTS]);
    expect(applied()).toEqual(['0001_parents.sql']);
    migrate(sqlite, [PARENTS, REBUILD]);
    migrate(sqlite, [PARENTS, REBUILD]);
    expect(applied()).toEqual(['0001_parents.sql', '0002_rebuild.sql']);
    expect(count('parents')).toBe(2);
  });

  test('keeps the children of a table that is built anew, and foreign keys afterwards', () => {
    migrate(sqlite, [PARENTS, REBUILD]);
    expect(count('children')).toBe(2);
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(() => sqlite.exec('INSERT INTO children VALUES (30, 99)')).toThrow(/FOREIGN KEY/);
  });

  test('undoes all of a migration that fails half-way, keeps the ones before, and foreign keys', () => {
    const failing = { number: 2, name: '0002_failing.sql', sql: 'DELETE FROM children; CREATE TABLE parents (x);' };
    expect(() => migrate(sqlite, [PARENTS, failing])).toThrow(/already exists/);
    expect(applied()).toEqual(['0001_parents.sql']);
    expect(count('children')).toBe(2);
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(sqlite.inTransaction).toBe(false);
    migrate(sqlite, [PARENTS, REBUILD]);
    expect(applied()).toEqual(['0001_parents.sql', '0002_rebuild.sql']);
  });

  test('undoes one that leaves references to nothing', () => {
    const orphaning = { number: 2, name: '0002_orphans.sql', sql: 'DELETE FROM parents WHERE id = 1;' };
    expect(() => migrate(sqlite, [PARENTS, orphaning])).toThrow('0002_orphans.sql leaves 1 broken references');
    expect(count('parents')).toBe(2);
    expect(applied()).toEqual(['0001_parents.sql']);
  });

  test('refuses a file that was changed after it was applied, and changes nothing', () => {
    migrate(sqlite, [PARENTS]);
    const changed = { ...PARENTS, sql: `${PARENTS.sql} -- a word` };
    expect(() => migrate(sqlite, [changed, REBUILD])).toThrow('0001_parents.sql is not the one that was applied');
    expect(applied()).toEqual(['0001_parents.sql']);
  });

  test('refuses a database of a newer version', () => {
    migrate(sqlite, [PARENTS, REBUILD]);
    expect(() => migrate(sqlite, [PARENTS])).toThrow('0002_rebuild.sql, which this program does not know');
  });
});

describe('the files of migrations', () => {
  let folder: string;
  const put = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), 'SELECT 1;');
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmp-migrations-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are read in the order of their numbers; other files are passed over', () => {
    put('0002_second.sql', '0001_first.sql', 'README.md');
    expect(readMigrations(folder).map(({ number, name }) => `${number} ${name}`)).toEqual([
      '1 0001_first.sql',
      '2 0002_second.sql',
    ]);
  });

  test.each([
    ['a gap', ['0001_first.sql', '0003_third.sql'], '0003_third.sql should have number 2'],
    ['a number twice', ['0001_a.sql', '0001_b.sql'], '0001_b.sql should have number 2'],
    ['a start after 1', ['0002_second.sql'], '0002_second.sql should have number 1'],
    ['another name', ['0001_first.sql', 'second.sql'], 'second.sql should have number 2'],
  ])('with %s are refused', (_, names, message) => {
    put(...names);
    expect(() => readMigrations(folder)).toThrow(message);
  });

  test('of the portal apply to an empty database', () => {
    const migrations = readMigrations(resolve(import.meta.dirname, '../../migrations'));
    connect(sqlite);
    migrate(sqlite, migrations);
    expect(applied()).toEqual(migrations.map(({ name }) => name));
    expect(sqlite.pragma('foreign_key_check')).toEqual([]);
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
