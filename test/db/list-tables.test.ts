import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { connect, migrate, readMigrations } from '../../src/db/index.ts';
import { DAY } from '../../src/lib/durations.ts';
import {
  acceptOtto,
  addChip,
  approve,
  chipIn,
  idIn,
  openChipPortal,
  reject,
  submitChip,
  uploadChip,
} from '../chips/support.ts';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import { fillCrowd } from '../support/crowd.ts';
import { expectKept } from '../support/kept.ts';
import { openPortal } from '../support/portal.ts';
import { trustCa } from '../support/workflow.ts';

const FEW = { providers: 12, chips: 120, entries: 60 };

describe('what lists are read from', () => {
  it('follows everything that people do', async () => {
    const portal = await openChipPortal();
    const { db, ada, pia, otto } = portal;
    const kept = () => expectKept(db.$client);
    kept();
    for (const status of ['pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated'] as const)
      await chipIn(portal, status, `${status.slice(0, 12)} 1`);
    kept();
    const renewed = await submitChip(portal, 'R-1');
    await approve(portal, renewed);
    await uploadChip(pia, renewed, portal.leaf({ notAfter: Date.now() + 800 * DAY }));
    kept();
    await reject(portal, renewed, 'not this one');
    const ends = 'SELECT ends_at FROM chip_list WHERE chip_id = ?';
    expect(db.$client.prepare(ends).pluck().get(idIn(renewed))).toBeGreaterThan(Date.now() + 799 * DAY);
    const ottoId = portal.idOf('otto');
    await ada.post(`/partners/${ottoId}/organization`, { organization: 'Nordic Silicon ASA', reason: 'a slip' });
    kept();
    await ada.post(`/partners/${ottoId}/organization`, { organization: 'Nordic Silicon AS', reason: 'no slip' });
    await acceptOtto(portal);
    await addChip(otto, 'Ø 1', 'Nordic');
    kept();
    await ada.post(`/partners/${ottoId}/deactivation`, { reason: 'left the programme' });
    kept();
    await ada.post('/admins', {
      firstName: 'Abe',
      lastName: 'Second',
      email: 'abe@authority.example',
      username: 'abe',
      password: 'a long pass phrase 7',
      confirmPassword: 'a long pass phrase 7',
    });
    await ada.post(`/admins/${portal.idOf('abe')}/deactivation`, { reason: 'retired' });
    kept();
    const other = makeRoot();
    const caId = await trustCa(portal, other, 'root', 'AUTH');
    await ada.post(`/trust-store/${caId}/retirement`, { reason: 'no longer audited' });
    kept();
    await trustCa(portal, other, 'root', 'AUTH');
    kept();
    expect(db.$client.prepare('SELECT retired FROM ca_list WHERE ca_certificate_id = ?').pluck().get(caId)).toBe(0);
  });

  it('follows what other programs write', async () => {
    const { db, idOf } = await openPortal();
    const sqlite = db.$client;
    fillCrowd(db, { ...FEW, leaf: makeLeaf(makeRoot()), caId: idOf('ada'), adminId: idOf('ada') });
    expectKept(sqlite);
    const anyChip = sqlite.prepare("SELECT id FROM chips WHERE status = 'approved'").pluck().get();
    sqlite
      .prepare("UPDATE chips SET make = 'Übermake', make_key = 'übermake', created_at = 5, status_at = 6 WHERE id = ?")
      .run(anyChip);
    sqlite.prepare("UPDATE partners SET organization = 'SILICON works 3' WHERE organization = 'Silicon Works 3'").run();
    sqlite
      .prepare(
        "UPDATE accounts SET email = 'new@x.example', email_key = 'new@x.example', last_name = 'Néw' WHERE username = 'pia'",
      )
      .run();
    sqlite.pragma('foreign_keys = OFF');
    sqlite
      .prepare('DELETE FROM certificate_paths WHERE certificate_id = (SELECT certificate_id FROM chips WHERE id = ?)')
      .run(anyChip);
    expectKept(sqlite);
    expect(sqlite.prepare('SELECT pathless FROM chip_list WHERE chip_id = ?').pluck().get(anyChip)).toBe(1);
    sqlite
      .prepare("INSERT INTO certificate_paths SELECT certificate_id, 'another' FROM chips WHERE id = ?")
      .run(anyChip);
    expectKept(sqlite);
    expect(sqlite.prepare('SELECT pathless FROM chip_list WHERE chip_id = ?').pluck().get(anyChip)).toBe(0);
  });

  it('is made of what was there before', () => {
    const migrations = readMigrations(resolve(import.meta.dirname, '../../migrations'));
    const sqlite = new Database(':memory:');
    const db = connect(sqlite);
    migrate(sqlite, migrations.slice(0, 5));
    sqlite.exec(
      "INSERT INTO accounts VALUES ('ada', 'PARTNER_ADMIN', 'ada', 'ada', 'a@x.example', 'a@x.example', 'Ada', 'Admin', 'en', '-', 1)",
    );
    const root = makeRoot();
    sqlite
      .prepare("INSERT INTO ca_certificates VALUES ('ca', 'FTM', 'root', 'f', ?, 'CN=Root', 'CN=Root', 1, 2, 3, 'ada')")
      .run(root.der);
    fillCrowd(db, { ...FEW, leaf: makeLeaf(root), caId: 'ca', adminId: 'ada' });
    migrate(sqlite, migrations);
    expectKept(sqlite);
    const count = (table: string) => sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([count('chip_list'), count('person_list'), count('ca_list')]).toEqual([FEW.chips, FEW.providers + 1, 301]);
    // The order of creation is the order of the keys.
    const order = sqlite
      .prepare('SELECT c.created_at FROM chip_list l JOIN chips c ON c.id = l.chip_id ORDER BY l.seq')
      .pluck();
    expect(order.all()).toEqual([...(order.all() as number[])].sort((a, b) => a - b));
    sqlite.close();
  });
});
