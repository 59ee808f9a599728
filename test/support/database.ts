import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { connect, type Db, migrate, readMigrations } from '../../src/db/index.ts';

let migrated: Buffer | undefined;

/** Every migration. */
export const MIGRATIONS = readMigrations(resolve(import.meta.dirname, '../../migrations'));

/** A fresh database with every migration applied: a copy of one that was migrated once. */
export function freshDatabase(): Db {
  migrated ??= migrateOnce();
  return connect(new Database(migrated));
}

function migrateOnce(): Buffer {
  const db = databaseBefore();
  const copy = db.$client.serialize();
  db.$client.close();
  return copy;
}

/** A database as an earlier release left it: with the first migrations only. */
export function databaseBefore(count = MIGRATIONS.length): Db {
  const db = connect(new Database(':memory:'));
  migrate(db.$client, MIGRATIONS.slice(0, count));
  return db;
}
