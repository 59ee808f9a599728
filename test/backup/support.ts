import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { writeBackup } from '../../src/backup/index.ts';
import { startServer, temporaryFolder } from '../cli/support.ts';

/** A portal that has been started in a data directory of its own, and a backup of it. */
export async function backedUp(settings: Record<string, string> = {}) {
  const place = temporaryFolder();
  const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0', ...settings });
  const file = join(place.folder, 'portal.backup');
  const written = await writeBackup(db, place.dataDir, file);
  return { ...place, app, db, file, written, other: join(place.folder, 'other') };
}

/** Does something to a backup, past the portal. */
export function tamper(file: string, sql: string): void {
  const sqlite = new Database(file);
  sqlite.exec(sql);
  sqlite.close();
}

/** Does something to a backup that has no digest, as the first had none: only the other checks are left. */
export function tamperUnsealed(file: string, sql: string): void {
  tamper(file, `ALTER TABLE backup DROP COLUMN digest; ${sql}`);
}

/** A database as it lies on disk, closed when the test has ended. */
export function look(file: string): Database.Database {
  const sqlite = new Database(file, { readonly: true });
  onTestFinished(() => void sqlite.close());
  return sqlite;
}
