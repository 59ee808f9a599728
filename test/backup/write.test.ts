import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { getHead } from '../../src/audit/index.ts';
import { BackupRefused, writeBackup } from '../../src/backup/index.ts';
import { backedUp, look } from './support.ts';

describe('a backup', () => {
  it('has the database, the encrypted keys and the own terms, but never the passphrase; mode 0600', async () => {
    const { dataDir, folder, db } = await backedUp();
    writeFileSync(join(dataDir, 'terms.json'), '{"version":2}');
    writeFileSync(join(dataDir, 'keys', 'passphrase'), 'never to be seen in a backup');
    const file = join(folder, 'second.backup');
    const written = await writeBackup(db, dataDir, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('second'))).toEqual(['second.backup']);
    const keys = readdirSync(join(dataDir, 'keys')).filter((name) => name.endsWith('.pem'));
    expect(keys).toHaveLength(2);
    expect([...written.files].sort()).toEqual([...keys.map((name) => `keys/${name}`), 'terms.json'].sort());
    expect(readFileSync(file).includes('never to be seen')).toBe(false);
    const copy = look(file);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT count(*) FROM accounts').pluck().get()).toBe(0);
    expect(copy.prepare('SELECT head, head_entry FROM backup').get()).toEqual({
      head: getHead(db).hash,
      head_entry: getHead(db).entryId,
    });
  });

  it('overwrites nothing', async () => {
    const { dataDir, file, db } = await backedUp();
    const before = readFileSync(file);
    await expect(writeBackup(db, dataDir, file)).rejects.toThrow(/exists already/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is written by one of those that write to the same place at once; the others leave it and nothing else', async () => {
    const { dataDir, folder, db } = await backedUp();
    const file = join(folder, 'same.backup');
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => writeBackup(db, dataDir, file)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends.filter(({ status }) => status === 'rejected'))
      expect(end).toMatchObject({ reason: { message: expect.stringContaining('exists already') } });
    expect(readdirSync(folder).filter((name) => name.startsWith('same'))).toEqual(['same.backup']);
    expect(look(file).prepare('SELECT count(*) FROM backup').pluck().get()).toBe(1);
  });

  it.each([
    ['SQLITE_FULL', BackupRefused, /not enough room for a backup in .*The database is not harmed/],
    ['ENOSPC', BackupRefused, /not enough room for a backup/],
    ['SQLITE_IOERR_READ', Error, /^the fault$/],
  ])('says whose fault it is when the system says %s', async (code, kind, message) => {
    const { dataDir, folder, db } = await backedUp();
    const fault = Object.assign(new Error('the fault'), { code });
    vi.spyOn(db.$client, 'backup').mockRejectedValue(fault);
    const writing = writeBackup(db, dataDir, join(folder, 'large.backup'));
    await expect(writing).rejects.toThrow(kind);
    await expect(writing).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.startsWith('large'))).toEqual([]);
  });

  it.each([
    [
      'the trail was changed',
      (db: { exec(sql: string): void }) =>
        db.exec("DROP TRIGGER audit_entries_no_update; UPDATE audit_entries SET actor = 'x'"),
      /audit trail is not sound/,
    ],
    [
      'a row refers to nothing',
      (db: { exec(sql: string): void }) =>
        db.exec(
          "PRAGMA foreign_keys = OFF; INSERT INTO sessions (id, account_id, expires_at, created_at) VALUES ('s', 'nobody', 1, 1); PRAGMA foreign_keys = ON",
        ),
      /refer to what is not there/,
    ],
  ])('is not kept when %s', async (_what, harm, message) => {
    const { dataDir, folder, db } = await backedUp();
    harm(db.$client);
    const file = join(folder, 'bad.backup');
    await expect(writeBackup(db, dataDir, file)).rejects.toThrow(BackupRefused);
    await expect(writeBackup(db, dataDir, file)).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.startsWith('bad'))).toEqual([]);
  });

  it('takes no key that is not encrypted', async () => {
    const { dataDir, folder, db } = await backedUp();
    writeFileSync(join(dataDir, 'keys', `${'a'.repeat(32)}.pem`), '-----BEGIN PRIVATE KEY-----\n');
    await expect(writeBackup(db, dataDir, join(folder, 'plain.backup'))).rejects.toThrow(/no encrypted key/);
    expect(existsSync(join(folder, 'plain.backup'))).toBe(false);
  });
});
