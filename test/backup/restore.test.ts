import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkTrail, recordChange, SYSTEM } from '../../src/audit/index.ts';
import { BackupRefused, restoreBackup, writeBackup } from '../../src/backup/index.ts';
import { type Db, DirectoryInUse, lockDirectory } from '../../src/db/index.ts';
import { startServer, temporaryFolder, withDatabase } from '../cli/support.ts';
import { databaseBefore, MIGRATIONS } from '../support/database.ts';
import { backedUp, tamper, tamperUnsealed } from './support.ts';

const CHANGED = /is damaged, or it was changed after it was written/;

/** Changes what a trigger keeps, and makes the trigger anew. */
function withoutTrigger(change: string): string {
  const trigger = /CREATE TRIGGER audit_entries_no_update[\s\S]+?END;/.exec(
    MIGRATIONS.map(({ sql }) => sql).join('\n'),
  );
  return `DROP TRIGGER audit_entries_no_update; ${change}; ${trigger?.[0]}`;
}

function addAccount(db: Db): void {
  db.$client.exec(
    "INSERT INTO accounts (id, role, username, username_key, email, email_key, first_name, last_name, password_hash, language, created_at) VALUES ('a', 'PARTNER_ADMIN', 'ada', 'ada', 'a@b.c', 'a@b.c', 'A', 'B', '$argon2id$', 'en', 1)",
  );
}

/** Changes the last byte of a text in a file, which SQLite cannot notice. */
function flipByte(file: string, text: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(text);
  if (at < 0) throw new Error(`${text} is not in ${file}`);
  bytes[at + text.length - 1] = 0x78;
  writeFileSync(file, bytes);
}

describe('a restore', () => {
  it('makes a portal that issues again, in which everybody signs in anew', async () => {
    const { dataDir, folder, other, db, app } = await backedUp();
    const [key] = readdirSync(join(dataDir, 'keys'));
    addAccount(db);
    db.$client.exec(
      "INSERT INTO sessions (id, account_id, expires_at, created_at) VALUES ('s', 'a', 9999999999, 1);" +
        "INSERT INTO account_links (token_hash, purpose, account_id, expires_at) VALUES ('h', 'password-reset', 'a', 9999999999999)",
    );
    const file = join(folder, 'later.backup');
    const { head } = await writeBackup(db, dataDir, file);
    await app.close();
    chmodSync(file, 0o644);

    expect(restoreBackup(file, other, MIGRATIONS)).toMatchObject({ head, migrations: MIGRATIONS.length });
    expect(readFileSync(join(other, 'keys', key ?? '')).equals(readFileSync(join(dataDir, 'keys', key ?? '')))).toBe(
      true,
    );
    for (const name of ['pmp.sqlite', join('keys', key ?? '')])
      expect(statSync(join(other, name)).mode & 0o777).toBe(0o600);
    const restored = await startServer(other, { PMP_BACKUP_KEEP: '0' });
    expect((await restored.app.inject('/readyz')).statusCode).toBe(200);
    const one = (sql: string) => restored.db.$client.prepare(sql).pluck().get();
    expect(one('SELECT count(*) FROM sessions')).toBe(0);
    expect(one('SELECT count(*) FROM account_links WHERE expires_at > 0')).toBe(0);
    expect(one('SELECT count(*) FROM accounts')).toBe(1);
    expect(one("SELECT detail FROM audit_entries WHERE action = 'backup.restore'")).toContain(head);
    expect(one("SELECT count(*) FROM sqlite_master WHERE name LIKE 'backup%'")).toBe(0);
    expect(checkTrail(restored.db, head ?? '').fault).toBeUndefined();
  });

  it('overwrites no portal, and touches none that runs', async () => {
    const { dataDir, file, other } = await backedUp();
    expect(() => restoreBackup(file, dataDir, MIGRATIONS)).toThrow(/move the directory away/);
    const release = lockDirectory(other);
    expect(() => restoreBackup(file, other, MIGRATIONS)).toThrow(DirectoryInUse);
    release();
    restoreBackup(file, other, MIGRATIONS);
  });

  it.each(['-wal', '-shm', '-journal'])(
    'is not mixed with a log that another portal left (pmp.sqlite%s)',
    async (end) => {
      const { file, other } = await backedUp();
      mkdirSync(other);
      writeFileSync(join(other, `pmp.sqlite${end}`), 'of another database');
      expect(() => restoreBackup(file, other, MIGRATIONS)).toThrow(/left of another portal; move the directory away/);
      expect(readdirSync(other)).toEqual([`pmp.sqlite${end}`]);
    },
  );

  it('looks once more before the database gets its name', async () => {
    const { file, other } = await backedUp();
    const late = [...MIGRATIONS];
    late.slice = (from) => {
      writeFileSync(join(other, 'pmp.sqlite-wal'), 'of another database');
      return MIGRATIONS.slice(from);
    };
    expect(() => restoreBackup(file, other, late)).toThrow(/left of another portal/);
    expect(existsSync(join(other, 'pmp.sqlite'))).toBe(false);
  });

  it.each([
    ['no backup at all', (file: string) => writeFileSync(file, 'hello'), /no backup/],
    ['a database of something else', (file: string) => tamper(file, 'DROP TABLE backup'), /no backup/],
    [
      'a backup that was cut off',
      (file: string) => truncateSync(file, statSync(file).size - 8192),
      /damaged|no backup/,
    ],
    ['a manifest without its row', (file: string) => tamper(file, 'DELETE FROM backup'), /no complete backup/],
    [
      'a newer form of backups',
      (file: string) => tamperUnsealed(file, 'UPDATE backup SET format = 2'),
      /newer version/,
    ],
    [
      'the database of a newer version',
      (file: string) =>
        tamperUnsealed(
          file,
          `INSERT INTO migrations VALUES (${MIGRATIONS.length + 1}, '0099_future.sql', 'x'); UPDATE backup SET migrations = migrations + 1`,
        ),
      /newer version/,
    ],
    [
      'a changed migration',
      (file: string) => tamperUnsealed(file, "UPDATE migrations SET hash = 'x' WHERE number = 1"),
      /not the one that was applied/,
    ],
    [
      'a changed key',
      (file: string) => tamperUnsealed(file, "UPDATE backup_files SET bytes = CAST('x' AS BLOB)"),
      /damaged/,
    ],
    [
      'a file that leads elsewhere',
      (file: string) => tamperUnsealed(file, "INSERT INTO backup_files VALUES ('../evil', CAST('x' AS BLOB), 'x')"),
      /which no backup has/,
    ],
    [
      'a changed trail',
      (file: string) => tamperUnsealed(file, withoutTrigger("UPDATE audit_entries SET actor = 'mallory'")),
      /not the one that was backed up/,
    ],
    [
      'a row that refers to nothing',
      (file: string) =>
        tamperUnsealed(
          file,
          "PRAGMA foreign_keys = OFF; INSERT INTO sessions (id, account_id, expires_at, created_at) VALUES ('s', 'nobody', 1, 1)",
        ),
      /refer to what is not there/,
    ],
    [
      'another number of migrations',
      (file: string) => tamperUnsealed(file, 'UPDATE backup SET migrations = 999'),
      /migrations that it names/,
    ],
    [
      'a migration left out',
      (file: string) =>
        tamperUnsealed(file, 'DELETE FROM migrations WHERE number = 2; UPDATE backup SET migrations = migrations - 1'),
      /migrations that it names/,
    ],
    [
      'a trigger that is gone',
      (file: string) => tamperUnsealed(file, 'DROP TRIGGER audit_entries_no_update'),
      /audit_entries_no_update is not in the database as/,
    ],
    [
      'a table that nobody knows',
      (file: string) => tamperUnsealed(file, 'CREATE TABLE foreign_one (a)'),
      /foreign_one is not in the database as/,
    ],
    [
      'an index made otherwise',
      (file: string) => tamperUnsealed(file, 'CREATE INDEX more ON accounts (created_at)'),
      /more is not in the database as/,
    ],
    ['a later date', (file: string) => tamper(file, 'UPDATE backup SET created_at = created_at + 1'), CHANGED],
    ['files taken out', (file: string) => tamper(file, 'DELETE FROM backup_files'), CHANGED],
    ['one byte that is another', (file: string) => flipByte(file, '$argon2id$'), CHANGED],
    ['a change in a row', (file: string) => tamper(file, "UPDATE accounts SET first_name = 'Eve'"), CHANGED],
  ])('refuses %s, and leaves nothing behind', async (_what, harm, message) => {
    const { file, other, dataDir, db } = await backedUp();
    addAccount(db);
    rmSync(file);
    await writeBackup(db, dataDir, file);
    harm(file);
    expect(() => restoreBackup(file, other, MIGRATIONS)).toThrow(BackupRefused);
    expect(() => restoreBackup(file, other, MIGRATIONS)).toThrow(message);
    expect(existsSync(other)).toBe(false);
  });

  it('takes a backup without a digest, as the first were', async () => {
    const { file, other } = await backedUp();
    tamperUnsealed(file, '');
    restoreBackup(file, other, MIGRATIONS);
  });

  it('leaves a directory that was there before', () => {
    const { dataDir, file } = temporaryFolder();
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'terms.json'), '{}');
    expect(() => restoreBackup(file('x', 'hello'), dataDir, MIGRATIONS)).toThrow(/no backup/);
    expect(readdirSync(dataDir)).toEqual(['lock', 'terms.json']);
  });

  it('takes only a file, and only into a folder', () => {
    const { dataDir, folder, file } = temporaryFolder();
    const some = file('some', 'hello');
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const restore = (from: string, to: string) => () => restoreBackup(from, to, MIGRATIONS);
    expect(restore('', dataDir)).toThrow(/name of the backup is empty/);
    expect(restore(folder, dataDir)).toThrow(/is a folder; a backup is one file/);
    expect(restore(fifo, dataDir)).toThrow(/is no ordinary file/);
    expect(restore(some, some)).toThrow(/some is no folder/);
    expect(restore(some, join(some, 'below', 'data'))).toThrow(/some is no folder, .*below.data/);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('does not exist for a file that does not exist', () => {
    expect(() => restoreBackup('/nowhere/x.backup', '/nowhere/data', MIGRATIONS)).toThrow(/does not exist/);
  });

  it('keeps a key that is there and differs', async () => {
    const { dataDir, file, other } = await backedUp();
    const [name] = readdirSync(join(dataDir, 'keys'));
    restoreBackup(file, other, MIGRATIONS);
    const key = join(other, 'keys', name ?? '');
    writeFileSync(key, 'another key');
    rmSync(join(other, 'pmp.sqlite'));
    expect(() => restoreBackup(file, other, MIGRATIONS)).toThrow(/differs from the one in the backup/);
    expect(readFileSync(key, 'utf8')).toBe('another key');
  });

  it('brings what an earlier version wrote up to date', async () => {
    const { folder, other } = await backedUp();
    const old = databaseBefore(6);
    const file = join(folder, 'old.backup');
    const written = await writeBackup(old, join(folder, 'no-keys'), file);
    expect(written).toMatchObject({ head: null, migrations: 6 });
    restoreBackup(file, other, MIGRATIONS);
    expect(withDatabase(other, (db) => checkTrail(db))).toMatchObject({ sound: 1, head: { entryId: 1 } });
  });
});

it('the trail goes on behind a restore', async () => {
  const { file, other } = await backedUp();
  restoreBackup(file, other, MIGRATIONS);
  const { db } = await startServer(other, { PMP_BACKUP_KEEP: '0' });
  recordChange(db, SYSTEM, { action: 'chip.add' });
  expect(checkTrail(db).fault).toBeUndefined();
});
