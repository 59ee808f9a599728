import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Db, isUniqueViolation, openDatabase, StrayLog, schema, transaction } from '../../src/db/index.ts';
import { freshDatabase } from '../support/database.ts';

let folder: string;
let db: Db;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmp-db-'));
  db = openDatabase(join(folder, 'data'));
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

test('what is answered is on disk, the log is carried over now and then, foreign keys hold, a locked file is waited for, nothing is written elsewhere', () => {
  const pragma = (name: string) => db.$client.pragma(name, { simple: true });
  expect({
    journal: pragma('journal_mode'),
    synchronous: pragma('synchronous'),
    checkpoint: pragma('wal_autocheckpoint'),
    foreignKeys: pragma('foreign_keys'),
    wait: pragma('busy_timeout'),
    trusted: pragma('trusted_schema'),
    temporary: pragma('temp_store'),
  }).toEqual({
    journal: 'wal',
    synchronous: 2,
    checkpoint: 32000,
    foreignKeys: 1,
    wait: 5000,
    trusted: 0,
    temporary: 2,
  });
});

test('the data directory is made, for its owner only', () => {
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
});

test.each(['-wal', '-shm', '-journal'])('a log (pmp.sqlite%s) whose database is gone is left alone', (end) => {
  const dataDir = join(folder, 'other');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, `pmp.sqlite${end}`), '');
  expect(() => openDatabase(dataDir)).toThrow(StrayLog);
  expect(existsSync(join(dataDir, `pmp.sqlite${end}`))).toBe(true);
  expect(existsSync(join(dataDir, 'pmp.sqlite'))).toBe(false);
});

test('a log beside its database is no obstacle', () => {
  db.$client.exec('CREATE TABLE t (a)');
  expect(existsSync(join(folder, 'data', 'pmp.sqlite-wal'))).toBe(true);
  openDatabase(join(folder, 'data')).$client.close();
});

test('a transaction that throws leaves nothing behind', () => {
  const fresh = freshDatabase();
  const insert = () =>
    transaction(fresh, (tx) => {
      tx.insert(schema.signInFailures).values({ key: 'k', windowStart: 1, lastAt: 1, count: 1 }).run();
      throw new Error('stop');
    });
  expect(insert).toThrow('stop');
  expect(fresh.select().from(schema.signInFailures).all()).toEqual([]);
});

test('a second row with the same unique value is recognised, other refusals are not', () => {
  const fresh = freshDatabase();
  const account = {
    id: '1',
    role: 'FTM_PROVIDER',
    username: 'a',
    usernameKey: 'a',
    email: 'e',
    emailKey: 'e',
    firstName: 'f',
    lastName: 'l',
    language: 'en',
    passwordHash: 'h',
    createdAt: 1,
  } as const;
  const refusal = (values: typeof schema.accounts.$inferInsert) => {
    try {
      fresh.insert(schema.accounts).values(values).run();
    } catch (error) {
      return isUniqueViolation(error);
    }
    return undefined;
  };
  expect(refusal(account)).toBeUndefined();
  expect(refusal({ ...account, id: '2', emailKey: 'other' })).toBe(true);
  expect(refusal({ ...account, id: '3', emailKey: 'x', usernameKey: 'x', role: 'NOBODY' as 'FTM_PROVIDER' })).toBe(
    false,
  );
  expect(isUniqueViolation(new Error('UNIQUE'))).toBe(false);
});
