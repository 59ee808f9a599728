import Database from 'better-sqlite3';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Db, migrate, preparedOnce, programMigrations, schema, transaction } from '../../src/db/index.ts';

const { listCounts } = schema;

describe('a query that is asked again', () => {
  let db: Db;
  let compiled: string[];

  beforeEach(() => {
    const sqlite = new Database(':memory:');
    db = connect(sqlite);
    migrate(sqlite, programMigrations());
    db.insert(listCounts).values({ list: 'test', scope: '', status: 'a', count: 3 }).run();
    compiled = [];
    const prepare = sqlite.prepare.bind(sqlite);
    sqlite.prepare = ((text: string) => {
      compiled.push(text);
      return prepare(text);
    }) as typeof sqlite.prepare;
  });
  afterEach(() => db.$client.close());

  const count = () =>
    db.select({ count: listCounts.count }).from(listCounts).where(eq(listCounts.list, 'test')).get()?.count;

  it('is compiled once, and sees what has changed', () => {
    expect(count()).toBe(3);
    const once = compiled.length;
    expect(once).toBeGreaterThan(0);
    db.update(listCounts).set({ count: 4 }).where(eq(listCounts.list, 'test')).run();
    compiled.length = 0;
    expect(count()).toBe(4);
    expect(compiled).toEqual([]);
  });

  it('answers in objects and in arrays, as it is asked, by one text', () => {
    const query = sql`SELECT count FROM list_counts WHERE list = 'test'`;
    expect(db.all(query)).toEqual([{ count: 3 }]);
    expect(db.values(query)).toEqual([[3]]);
    expect(db.all(query)).toEqual([{ count: 3 }]);
  });

  it('answers by the schema as it is now', () => {
    const query = sql`SELECT * FROM list_counts WHERE list = 'test'`;
    db.all(query);
    db.$client.exec("ALTER TABLE list_counts ADD COLUMN extra TEXT DEFAULT 'new'");
    expect(db.all(query)).toEqual([expect.objectContaining({ count: 3, extra: 'new' })]);
  });

  it('is undone with its transaction', () => {
    const change = () =>
      transaction(db, (tx) => {
        tx.update(listCounts).set({ count: 9 }).where(eq(listCounts.list, 'test')).run();
        throw new Error('undone');
      });
    expect(change).toThrow('undone');
    expect(count()).toBe(3);
  });

  it('is put together once for a database, whether in a transaction or not', () => {
    let times = 0;
    const counted = preparedOnce((of) => {
      times += 1;
      return of
        .select({ count: listCounts.count })
        .from(listCounts)
        .where(eq(listCounts.list, sql.placeholder('list')))
        .prepare();
    });
    const asked = () => counted(db).get({ list: 'test' });
    expect([asked(), asked(), times]).toEqual([{ count: 3 }, { count: 3 }, 1]);
    transaction(db, (tx) => {
      tx.update(listCounts).set({ count: 4 }).where(eq(listCounts.list, 'test')).run();
      expect(counted(tx).get({ list: 'test' })).toEqual({ count: 4 });
    });
    expect(times).toBe(1);
  });
});
