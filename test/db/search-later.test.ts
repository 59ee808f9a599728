import { expect, it } from 'vitest';
import { listAuditEntries } from '../../src/audit/store.ts';
import { recordChange } from '../../src/audit/trail.ts';
import { type Db, groupCommit, type Tx } from '../../src/db/index.ts';
import { freshDatabase } from '../support/database.ts';
import { expectKept } from '../support/kept.ts';

const write = (tx: Tx, name: string) =>
  recordChange(tx, { id: null, name, address: '::1' }, { action: 'profile.change', detail: { city: `${name}town` } });

const together = (db: Db, works: readonly ((tx: Tx) => void)[]) =>
  Promise.allSettled(works.map((work) => groupCommit(db, Promise.resolve(), work)));

const searched = (db: Db) => db.$client.prepare('SELECT count(*) FROM audit_search').pluck().get();
const later = (db: Db) => db.$client.prepare('SELECT count(*) FROM audit_search_later').pluck().get();
/** Whose rows of the trail a search finds. */
const found = (db: Db, q: string) => {
  const query = { q, filters: {}, sort: undefined, page: 1, size: 32 };
  return listAuditEntries(db, query, () => undefined).rows.map(({ actor }) => actor);
};

it('rows that are written together can be searched for once all are written', async () => {
  const db = freshDatabase();
  write(db, 'before');
  const meanwhile: unknown[] = [];
  const names = ['anna', 'berit', 'carla'];
  await together(
    db,
    names.map((name) => (tx) => {
      write(tx, name);
      meanwhile.push(searched(db));
    }),
  );
  expect(meanwhile).toEqual([1, 1, 1]);
  expect([searched(db), later(db)]).toEqual([4, 0]);
  for (const name of ['before', ...names]) expect(found(db, `${name}town`)).toEqual([name]);
  expectKept(db.$client);
});

it('a row that is written alone, before, after or instead of a group, is searched for at once', async () => {
  const db = freshDatabase();
  const fails = () => {
    throw new Error('no');
  };
  const ended = await together(db, [(tx) => write(tx, 'anna'), fails, (tx) => write(tx, 'carla')]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([searched(db), later(db)]).toEqual([2, 0]);
  write(db, 'dora');
  await together(db, [(tx) => write(tx, 'emma')]);
  expect([searched(db), later(db)]).toEqual([4, 0]);
  for (const name of ['anna', 'carla', 'dora', 'emma']) expect(found(db, `${name}town`)).toEqual([name]);
  expectKept(db.$client);
});

it('no transaction can leave the search waiting', () => {
  const db = freshDatabase();
  const leave = () => db.$client.exec('INSERT INTO audit_search_later (after) VALUES (0)');
  expect(leave).toThrow('FOREIGN KEY constraint failed');
  expect(() => db.$client.transaction(leave)()).toThrow('FOREIGN KEY constraint failed');
  expect(() => db.$client.exec('INSERT INTO audit_search_later (after, open) VALUES (0, 1)')).toThrow('CHECK');
  expect(later(db)).toBe(0);
});
