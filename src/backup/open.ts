import { join } from 'node:path';
import { type Db, hasPending, type Migration, migrate, openDatabase } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { stampOf } from './format.ts';
import { writeBackup } from './write.ts';

/**
 * Opens the database of a data directory and brings it up to the newest migration. One that an earlier version left gets a backup
 * first, in `backups/` of the data directory.
 * @returns the database, closed by whoever opened it, and the file of the backup where one was made
 * @throws MigrationRefused when a newer version has written it; it is left as it is
 */
export async function openUpToDate(
  dataDir: string,
  migrations: readonly Migration[],
): Promise<{ db: Db; backup?: string }> {
  const db = openDatabase(dataDir);
  try {
    const old = hasPending(db.$client, migrations);
    const backup = old === 'older' ? await writeBackup(db, dataDir, fileBefore(dataDir, migrations)) : undefined;
    migrate(db.$client, migrations);
    return backup === undefined ? { db } : { db, backup: backup.file };
  } catch (error) {
    db.$client.close();
    throw error;
  }
}

function fileBefore(dataDir: string, migrations: readonly Migration[]): string {
  return join(dataDir, 'backups', `before-migration-${migrations.length}-${stampOf(now())}.backup`);
}
