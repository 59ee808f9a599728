import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openUpToDate } from '../../src/backup/index.ts';
import { MigrationRefused } from '../../src/db/index.ts';
import { temporaryFolder } from '../cli/support.ts';
import { databaseBefore, MIGRATIONS } from '../support/database.ts';
import { look, tamper } from './support.ts';

/** A data directory as an earlier version left it. */
function leftBy(migrations: number) {
  const { dataDir } = temporaryFolder();
  mkdirSync(dataDir);
  const file = join(dataDir, 'pmp.sqlite');
  writeFileSync(file, databaseBefore(migrations).$client.serialize());
  return { dataDir, file };
}

describe('opening a data directory', () => {
  it('makes what is not there, without a backup', async () => {
    const { dataDir } = temporaryFolder();
    const { db, backup } = await openUpToDate(dataDir, MIGRATIONS);
    db.$client.close();
    expect(backup).toBeUndefined();
    expect(existsSync(join(dataDir, 'backups'))).toBe(false);
  });

  it.each(MIGRATIONS.slice(1).map((_migration, index) => index + 1))(
    'keeps a backup of what a version with %d migrations left, and brings it up to date',
    async (count) => {
      const { dataDir } = leftBy(count);
      const { db, backup } = await openUpToDate(dataDir, MIGRATIONS);
      expect(db.$client.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(MIGRATIONS.length);
      db.$client.close();
      const kept = look(backup ?? '');
      expect(kept.prepare('SELECT migrations FROM backup').pluck().get()).toBe(count);
      expect(kept.prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(count);
    },
  );

  it('makes no backup where nothing is to be done', async () => {
    const { dataDir } = leftBy(MIGRATIONS.length);
    const { db, backup } = await openUpToDate(dataDir, MIGRATIONS);
    db.$client.close();
    expect([backup, existsSync(join(dataDir, 'backups'))]).toEqual([undefined, false]);
  });

  it('leaves the database of a newer version as it is', async () => {
    const { dataDir, file } = leftBy(MIGRATIONS.length);
    tamper(file, "INSERT INTO migrations VALUES (99, '0099_future.sql', 'x')");
    const before = readFileSync(file);
    await expect(openUpToDate(dataDir, MIGRATIONS)).rejects.toThrow(MigrationRefused);
    await expect(openUpToDate(dataDir, MIGRATIONS)).rejects.toThrow(/written by a newer version/);
    expect(readdirSync(dataDir)).toEqual(['pmp.sqlite']);
    expect(look(file).prepare('SELECT count(*) FROM migrations').pluck().get()).toBe(MIGRATIONS.length + 1);
    expect(readFileSync(file).length).toBe(before.length);
  });
});
