import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { connect, type Db, migrate, readMigrations } from '../../src/db/index.ts';

let migrated: Buffer | undefined;

/** A fresh database with every migration applied: a copy of one that was migrated once. */
export function freshDatabase(): Db {
  migrated ??= migrateOnce();
  return connect(new Database(migrated));
}

function migrateOnce(): Buffer {
  const sqlite = new Database(':memory:');
  migrate(sqlite, readMigrations(resolve(import.meta.dirname, '../../migrations')));
  const copy = sqlite.serialize();
  sqlite.close();
  return copy;
}
