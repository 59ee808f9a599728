import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  type Db,
  groupCommit,
  migrate,
  onTheWayToCommit,
  openDatabase,
  openFile,
  schema,
  type Tx,
} from '../../src/db/index.ts';
import { MIGRATIONS } from '../support/database.ts';

const { signInFailures } = schema;

let folder: string;
let db: Db;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmp-db-'));
  db = openDatabase(folder);
  migrate(db.$client, MIGRATIONS);
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

const insert = (tx: Tx, key: string) =>
  void tx.insert(signInFailures).values({ key, windowStart: 1, lastAt: 1, count: 1 }).run();
const write = (key: string, prepared: Promise<unknown> = Promise.resolve()) =>
  groupCommit(db, prepared, (tx) => {
    insert(tx, key);
    return key;
  });
/** What another process finds in the file. */
const keysOnDisk = () => {
  const other = openFile(join(folder, 'pmp.sqlite'));
  const keys = other.prepare('SELECT key FROM sign_in_failures ORDER BY rowid').pluck().all();
  other.close();
  return keys;
};
const messageOf = (error: Error) => error.message;

it('what is prepared at the same time shares a transaction, in the order of coming, and is answered when all of it is written', async () => {
  const transactions = vi.spyOn(db.$client, 'transaction');
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const found = [write('1', first.promise), write('2', second.promise), write('3')].map((each) =>
    each.then((key) => [key, keysOnDisk()]),
  );
  second.resolve();
  first.resolve();
  const all = ['3', '2', '1'];
  expect(await Promise.all(found)).toEqual([
    ['1', all],
    ['2', all],
    ['3', all],
  ]);
  expect(transactions).toHaveBeenCalledTimes(1);
});

it('one that throws changes nothing, and the others are written all the same', async () => {
  const failing = groupCommit(db, Promise.resolve(), (tx) => {
    insert(tx, 'half');
    throw new Error('stop');
  });
  const answers = await Promise.all([write('1'), failing.catch(messageOf), write('2')]);
  expect(answers).toEqual(['1', 'stop', '2']);
  expect(keysOnDisk()).toEqual(['1', '2']);
});

it('where the commit itself fails, those that were not at fault are written all the same', async () => {
  const failing = groupCommit(db, Promise.resolve(), (tx) => {
    tx.run(sql`PRAGMA defer_foreign_keys = ON`);
    tx.insert(schema.consents).values({ accountId: 'nobody', version: 1, at: 1 }).run();
  });
  const answers = await Promise.all([write('1'), failing.catch(messageOf), write('2')]);
  expect(answers).toEqual(['1', 'FOREIGN KEY constraint failed', '2']);
  expect(keysOnDisk()).toEqual(['1', '2']);
});

it('one whose preparation fails is not written, and nobody waits for it any longer', async () => {
  const prepared = Promise.withResolvers<void>();
  const failing = write('1', prepared.promise);
  const other = write('2');
  prepared.reject(new Error('not signed'));
  expect(await Promise.all([failing.catch(messageOf), other])).toEqual(['not signed', '2']);
  expect(keysOnDisk()).toEqual(['2']);
});

it('one that is prepared for long does not hold up the others', async () => {
  const prepared = Promise.withResolvers<void>();
  const slow = write('slow', prepared.promise);
  expect(await write('quick')).toBe('quick');
  expect(keysOnDisk()).toEqual(['quick']);
  prepared.resolve();
  expect(await slow).toBe('slow');
});

it('one that comes alone waits for nobody', async () => {
  const written = write('1');
  await turn();
  await turn();
  expect(keysOnDisk()).toEqual(['1']);
  await written;
});

it('what can be written waits for what is on its way, until that has arrived or is given up', async () => {
  const transactions = vi.spyOn(db.$client, 'transaction');
  const [signed, judged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const uploaded = onTheWayToCommit(db, async (arrived) => {
    await judged.promise;
    return write('upload', signed.promise.finally(arrived));
  });
  const refused = onTheWayToCommit(db, async () => 'refused');
  const other = write('other');
  expect(await refused).toBe('refused');
  judged.resolve();
  await turn();
  signed.resolve();
  expect(await Promise.all([uploaded, other])).toEqual(['upload', 'other']);
  expect(keysOnDisk()).toEqual(['other', 'upload']);
  expect(transactions).toHaveBeenCalledTimes(1);
});

it('nobody waits for long for what is on its way and does not come', async () => {
  const given = Promise.withResolvers<string>();
  const slow = onTheWayToCommit(db, () => given.promise);
  expect(await write('quick')).toBe('quick');
  given.reject(new Error('broken off'));
  expect(await slow.catch(messageOf)).toBe('broken off');
  const written = write('alone');
  await turn();
  await turn();
  expect(keysOnDisk()).toEqual(['quick', 'alone']);
  await written;
});

it('sixteen that can be written wait for no more', async () => {
  const never = Promise.withResolvers<void>();
  const slow = onTheWayToCommit(db, () => never.promise);
  const sixteen = Array.from({ length: 16 }, (_, number) => write(String(number)));
  await turn();
  await turn();
  expect(keysOnDisk()).toHaveLength(16);
  await Promise.all(sixteen);
  never.resolve();
  await slow;
});
