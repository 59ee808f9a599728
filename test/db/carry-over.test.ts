import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type Db, openDatabase, transaction } from '../../src/db/index.ts';
import { temporaryFolder } from '../cli/support.ts';

let folder: string;
let db: Db;
beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  ({ folder } = temporaryFolder());
  db = openDatabase(folder);
  onTestFinished(() => void db.$client.close());
  db.$client.exec('CREATE TABLE texts (text TEXT)');
});

/** Writes so many pages of 4 KiB, or some more. */
const write = (pages: number) =>
  transaction(db, () => {
    const insert = db.$client.prepare('INSERT INTO texts VALUES (?)');
    for (let page = 0; page < pages; page += 1) insert.run('x'.repeat(4_000));
  });

/** How many pages of the log are not in the database yet. */
const waiting = () => {
  const [log] = db.$client.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
  return log.log - log.checkpointed;
};

const sizeOf = (name: string) => statSync(join(folder, name)).size;

it('carries the log into the database once nothing was written for a quarter of a second', () => {
  write(1_100);
  expect(waiting()).toBeGreaterThan(1_000);
  vi.advanceTimersByTime(249);
  expect(sizeOf('pmp.sqlite')).toBeLessThan(100_000);
  vi.advanceTimersByTime(1);
  expect(waiting()).toBe(0);
  expect(sizeOf('pmp.sqlite')).toBeGreaterThan(4_000_000);
});

it('waits as long again after each transaction', () => {
  write(1_100);
  vi.advanceTimersByTime(249);
  write(1);
  vi.advanceTimersByTime(249);
  expect(waiting()).toBeGreaterThan(1_000);
  vi.advanceTimersByTime(1);
  expect(waiting()).toBe(0);
  write(1_100);
  vi.advanceTimersByTime(250);
  expect(waiting()).toBe(0);
});

it('leaves a log that is not worth the wait', () => {
  write(900);
  const before = waiting();
  vi.advanceTimersByTime(10_000);
  expect(waiting()).toBe(before);
});

it('does nothing with a database that was closed meanwhile', () => {
  const other = openDatabase(join(folder, 'other'));
  transaction(other, () => other.$client.exec('CREATE TABLE t (a)'));
  other.$client.close();
  expect(() => vi.advanceTimersByTime(250)).not.toThrow();
});
