import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkTrail, getHead, recordChange, SYSTEM } from '../../src/audit/index.ts';
import { migrate, openDatabase, transaction } from '../../src/db/index.ts';
import { databaseBefore, freshDatabase, MIGRATIONS } from '../support/database.ts';
import { openPortal } from '../support/portal.ts';

/** A trail of five rows, and SQL that goes past its triggers. */
function trailOfFive() {
  const db = freshDatabase();
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    recordChange(db, SYSTEM, {
      action: 'chip.add',
      thing: { type: 'chip', id },
      detail: { make: 'Ünï', model: `"${id}\u0000` },
    });
  const tamper = (sql: string) => {
    db.$client.exec('DROP TRIGGER IF EXISTS audit_entries_no_update; DROP TRIGGER IF EXISTS audit_entries_no_delete');
    db.$client.exec(sql);
  };
  return { db, tamper };
}

describe('the chain of the trail', () => {
  it('is a SHA-256 over the row before and the row itself, worked out here by hand', () => {
    const { db } = trailOfFive();
    const rows = db.$client
      .prepare(
        'SELECT at, actor_id, actor, address, action, thing_type, thing_id, outcome, code, detail, hash FROM audit_entries ORDER BY id',
      )
      .all() as Record<string, unknown>[];
    let previous = '0'.repeat(64);
    for (const { hash, ...values } of rows) {
      previous = createHash('sha256')
        .update(JSON.stringify([previous, ...Object.values(values)]))
        .digest('hex');
      expect(hash).toBe(previous);
    }
    expect(checkTrail(db)).toEqual({ sound: 5, head: { entryId: 5, hash: previous } });
    expect(getHead(db)).toEqual({ entryId: 5, hash: previous });
  });

  it('is looked at as it is at one moment, while others go on writing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pmp-trail-'));
    const [db, portal] = [openDatabase(folder), openDatabase(folder)];
    onTestFinished(() => {
      for (const each of [db, portal]) each.$client.close();
      rmSync(folder, { recursive: true });
    });
    migrate(db.$client, MIGRATIONS);
    const write = () => recordChange(portal, SYSTEM, { action: 'chip.add', thing: { type: 'chip', id: 'a' } });
    write();
    const before = getHead(db);
    const select = db.select.bind(db) as typeof db.select;
    let queries = 0;
    vi.spyOn(db, 'select').mockImplementation(((fields: never) => {
      queries += 1;
      if (queries === 2) write();
      return select(fields);
    }) as unknown as typeof db.select);
    expect(checkTrail(db)).toEqual({ sound: 1, head: before });
    expect(queries).toBeGreaterThan(1);
    vi.restoreAllMocks();
    expect(checkTrail(db).sound).toBeGreaterThan(1);
  });

  it('is sound while it is empty', () => {
    const db = freshDatabase();
    expect(checkTrail(db)).toEqual({ sound: 0, head: { entryId: 0, hash: '0'.repeat(64) } });
  });

  it.each([
    ['a changed value', "UPDATE audit_entries SET actor = 'mallory' WHERE id = 3", { kind: 'broken', entryId: 3 }],
    ['a value that became null', 'UPDATE audit_entries SET detail = NULL WHERE id = 1', { kind: 'broken', entryId: 1 }],
    [
      'a changed hash',
      "UPDATE audit_entries SET hash = printf('%064d', 9) WHERE id = 2",
      { kind: 'broken', entryId: 2 },
    ],
    ['a row that was removed', 'DELETE FROM audit_entries WHERE id = 3', { kind: 'broken', entryId: 4 }],
    ['the first row removed', 'DELETE FROM audit_entries WHERE id = 1', { kind: 'broken', entryId: 2 }],
    ['the last row removed', 'DELETE FROM audit_entries WHERE id = 5', { kind: 'cut-off', entryId: 4, until: 5 }],
    ['all rows removed', 'DELETE FROM audit_entries', { kind: 'cut-off', entryId: 0, until: 5 }],
    [
      'two rows that changed places',
      'UPDATE audit_entries SET id = 30 WHERE id = 3; UPDATE audit_entries SET id = 3 WHERE id = 4; UPDATE audit_entries SET id = 4 WHERE id = 30',
      { kind: 'broken', entryId: 3 },
    ],
    [
      'a row put before the first',
      "INSERT INTO audit_entries (id, at, actor, address, action, outcome, hash) SELECT 0, at, 'mallory', address, action, outcome, hash FROM audit_entries WHERE id = 2; UPDATE audit_head SET entry_id = 5, hash = (SELECT hash FROM audit_entries WHERE id = 5)",
      { kind: 'broken', entryId: 0 },
    ],
    [
      'a row with a number below nothing',
      "INSERT INTO audit_entries (id, at, actor, address, action, outcome, hash) SELECT -5, at, 'mallory', address, action, outcome, hash FROM audit_entries WHERE id = 2; UPDATE audit_head SET entry_id = 5, hash = (SELECT hash FROM audit_entries WHERE id = 5)",
      { kind: 'broken', entryId: -5 },
    ],
    [
      'a row put between',
      'UPDATE audit_entries SET id = id + 10 WHERE id > 2; INSERT INTO audit_entries (id, at, actor, address, action, outcome, hash) SELECT 3, at, actor, address, action, outcome, hash FROM audit_entries WHERE id = 2; UPDATE audit_head SET entry_id = 15, hash = (SELECT hash FROM audit_entries WHERE id = 15)',
      { kind: 'broken', entryId: 3 },
    ],
    [
      'other numbers of all rows',
      'UPDATE audit_entries SET id = id + 100; UPDATE audit_head SET entry_id = entry_id + 100',
      { kind: 'broken', entryId: 101 },
    ],
    [
      'another number of the last row',
      'UPDATE audit_entries SET id = 999 WHERE id = 5; UPDATE audit_head SET entry_id = 999',
      { kind: 'broken', entryId: 999 },
    ],
    [
      'a head that was changed',
      "UPDATE audit_head SET hash = printf('%064d', 7)",
      { kind: 'cut-off', entryId: 5, until: 5 },
    ],
  ])('shows %s', (_what, sql, fault) => {
    const { db, tamper } = trailOfFive();
    tamper(sql);
    expect(checkTrail(db).fault).toEqual(fault);
  });

  it('shows a trail that was written anew whole, to whoever knows an earlier head', () => {
    const { db } = trailOfFive();
    const early = getHead(db).hash;
    recordChange(db, SYSTEM, { action: 'chip.approve' });
    expect(checkTrail(db, early).fault).toBeUndefined();
    expect(checkTrail(db, '0'.repeat(64)).fault).toBeUndefined();
    const other = trailOfFive().db;
    expect(checkTrail(other).fault).toBeUndefined();
    expect(checkTrail(other, getHead(db).hash).fault).toEqual({ kind: 'head-unknown' });
  });

  it('takes no row without a hash', () => {
    const { db } = trailOfFive();
    const insert = (hash: string) =>
      db.$client
        .prepare(
          "INSERT INTO audit_entries (at, actor, address, action, outcome, hash) VALUES (1, '', '', 'x.y', 'done', ?)",
        )
        .run(hash);
    for (const hash of ['', 'a'.repeat(63), 'A'.repeat(64), 'g'.repeat(64)])
      expect(() => insert(hash)).toThrow(/carries its hash/);
    expect(() => insert('a'.repeat(64))).not.toThrow();
  });

  it('is put over the rows that were there before it', () => {
    const db = databaseBefore(6);
    const insert = db.$client.prepare(
      "INSERT INTO audit_entries (id, at, actor_id, actor, address, action, outcome, detail) VALUES (?, ?, NULL, ?, '::1', 'session.start', 'done', ?)",
    );
    for (const [id, actor, detail] of [
      [1, 'ada', null],
      [2, 'pïa', '{"a":"\\u0001"}'],
      [3, '"', '{}'],
    ])
      insert.run(id, 1_000, actor, detail);
    migrate(db.$client, MIGRATIONS);
    expect(checkTrail(db)).toMatchObject({ sound: 3, head: { entryId: 3 } });
    recordChange(db, SYSTEM, { action: 'chip.add' });
    expect(checkTrail(db)).toMatchObject({ sound: 4 });
    expect(checkTrail(db).fault).toBeUndefined();
  });
});

describe('the head of the trail', () => {
  it('counts on without a gap after what was refused or rolled back', () => {
    const { db } = trailOfFive();
    expect(() =>
      transaction(db, (tx) => {
        recordChange(tx, SYSTEM, { action: 'chip.add' });
        throw new Error('after all not');
      }),
    ).toThrow('after all not');
    expect(() =>
      db.$client.exec(
        "INSERT INTO audit_entries (at, actor, address, action, outcome, hash) VALUES (1, '', '', 'x', 'done', 'none')",
      ),
    ).toThrow();
    recordChange(db, SYSTEM, { action: 'chip.add' });
    expect(checkTrail(db)).toMatchObject({ sound: 6, head: { entryId: 6 } });
  });

  it('is shown to the admin, and every row that a portal writes is in the chain', async () => {
    const portal = await openPortal();
    await portal.pia.post('/chips', { make: '', model: '' });
    const page = await portal.ada.get('/audit');
    expect(page.$('[data-head]').attr('data-head')).toBe(getHead(portal.db).hash);
    expect(checkTrail(portal.db).fault).toBeUndefined();
    expect(checkTrail(portal.db).sound).toBe(portal.trail().length);
  });
});
