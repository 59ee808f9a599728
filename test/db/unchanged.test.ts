import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Db, transaction, untilChanged } from '../../src/db/index.ts';

let folder: string;
let db: Db;
let reads: string[];
const read = untilChanged((from, key) => {
  reads.push(key);
  return (from as Db).$client.prepare('SELECT value FROM things WHERE name = ?').pluck().get(key);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmp-unchanged-'));
  db = connect(new Database(join(folder, 'things.sqlite')));
  db.$client.exec("CREATE TABLE things (name TEXT PRIMARY KEY, value INTEGER); INSERT INTO things VALUES ('one', 1)");
  reads = [];
});

afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

const set = (on: Database.Database, value: number) => on.prepare('UPDATE things SET value = ?').run(value);

describe('what was read until the database changes', () => {
  test('is read once, also when it is not there', async () => {
    expect([read(db, 'one'), read(db, 'two'), read(db, 'one'), read(db, 'two')]).toEqual([1, undefined, 1, undefined]);
    await nextTurn();
    expect(read(db, 'one')).toBe(1);
    expect(reads).toEqual(['one', 'two']);
  });

  test('is read again at once after a change of this program', () => {
    expect(read(db, 'one')).toBe(1);
    set(db.$client, 2);
    expect(read(db, 'one')).toBe(2);
    db.$client.exec('DELETE FROM things');
    expect(read(db, 'one')).toBeUndefined();
  });

  test('is read again in the next turn after a change of another program', async () => {
    expect(read(db, 'one')).toBe(1);
    const other = new Database(join(folder, 'things.sqlite'));
    set(other, 3);
    other.close();
    await nextTurn();
    expect(read(db, 'one')).toBe(3);
  });

  test('is read each time in a transaction, which may be taken back', () => {
    expect(read(db, 'one')).toBe(1);
    expect(() =>
      transaction(db, () => {
        set(db.$client, 4);
        expect([read(db, 'one'), read(db, 'one')]).toEqual([4, 4]);
        throw new Error('taken back');
      }),
    ).toThrow('taken back');
    expect(read(db, 'one')).toBe(1);
    expect(reads).toEqual(['one', 'one', 'one', 'one']);
  });

  test('is remembered for each database by itself', () => {
    const other = connect(new Database(':memory:'));
    other.$client.exec(
      "CREATE TABLE things (name TEXT PRIMARY KEY, value INTEGER); INSERT INTO things VALUES ('one', 7)",
    );
    expect([read(db, 'one'), read(other, 'one'), read(db, 'one')]).toEqual([1, 7, 1]);
    other.$client.close();
  });

  test('is not remembered without end', () => {
    for (let each = 0; each < 1_001; each += 1) read(db, `none ${each}`);
    reads = [];
    read(db, 'none 1000');
    read(db, 'none 0');
    expect(reads).toEqual(['none 0']);
  });
});
