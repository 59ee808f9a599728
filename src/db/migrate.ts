import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { sha256Hex } from '../lib/ids.ts';
import { listProgramFiles, readProgramText } from '../lib/program-files.ts';
import type { Sqlite } from './connection.ts';

/** A migration file: `0001_first.sql`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations of this program, in order. */
export function programMigrations(): Migration[] {
  const paths = listProgramFiles('migrations').filter((path) => path.endsWith('.sql'));
  return numbered(paths.map((path) => ({ name: posix.basename(path), sql: readProgramText(path) })));
}

/** Reads the numbered files of a folder, in order. Refuses a gap, a double number or another name. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return numbered(names.sort().map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') })));
}

function numbered(files: readonly Pick<Migration, 'name' | 'sql'>[]): Migration[] {
  const migrations = files.map((file) => ({
    number: Number(/^([0-9]{4})_[a-z0-9_]+\.sql$/.exec(file.name)?.[1] ?? Number.NaN),
    ...file,
  }));
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1)
      throw new Error(`migrations: ${migration.name} should have number ${index + 1}`);
  });
  return migrations;
}

/**
 * Brings a database up to the newest migration, each in a transaction of its own. Drizzle's own migrator is not used: it
 * empties cascading children when a table is rebuilt, and skips a file that was merged late (docs/decisions/0002).
 * @throws MigrationRefused when an applied file was changed, or when the database is newer than this program
 */
export function migrate(sqlite: Sqlite, migrations: readonly Migration[]): void {
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
  );
  for (const migration of migrations.slice(readApplied(sqlite, migrations).length)) apply(sqlite, migration);
}

/**
 * Whether a database still has migrations before it.
 * @returns `new`: nothing is in it yet; `older`: an earlier version has left it; `current`: it has them all
 * @throws MigrationRefused as `migrate` does
 */
export function hasPending(sqlite: Sqlite, migrations: readonly Migration[]): 'new' | 'older' | 'current' {
  const known = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").get() !== undefined;
  const applied = known ? readApplied(sqlite, migrations).length : 0;
  if (applied === 0) return 'new';
  return applied < migrations.length ? 'older' : 'current';
}

/** A database that this program must not touch: a newer version, or another program, has written it. */
export class MigrationRefused extends Error {}

function readApplied(sqlite: Sqlite, migrations: readonly Migration[]): AppliedMigration[] {
  const applied = sqlite
    .prepare('SELECT number, name, hash FROM migrations ORDER BY number')
    .all() as AppliedMigration[];
  for (const row of applied) checkApplied(row, migrations[row.number - 1]);
  return applied;
}

interface AppliedMigration {
  number: number;
  name: string;
  hash: string;
}

function checkApplied(row: AppliedMigration, migration: Migration | undefined): void {
  if (migration === undefined) {
    throw new MigrationRefused(
      `the database has migration ${row.name}, which this program does not know: it was written by a newer version`,
    );
  }
  if (sha256Hex(migration.sql) !== row.hash) {
    throw new MigrationRefused(`migration ${migration.name} is not the one that was applied to this database`);
  }
}

function apply(sqlite: Sqlite, migration: Migration): void {
  // Inside a transaction this pragma does nothing, and dropping a table to rebuild it would then empty its children.
  sqlite.pragma('foreign_keys = OFF');
  try {
    sqlite
      .transaction(() => {
        sqlite.exec(migration.sql);
        const broken = sqlite.pragma('foreign_key_check') as unknown[];
        if (broken.length > 0) throw new Error(`migration ${migration.name} leaves ${broken.length} broken references`);
        sqlite
          .prepare('INSERT INTO migrations (number, name, hash) VALUES (?, ?, ?)')
          .run(migration.number, migration.name, sha256Hex(migration.sql));
      })
      .immediate();
  } finally {
    sqlite.pragma('foreign_keys = ON');
  }
}
