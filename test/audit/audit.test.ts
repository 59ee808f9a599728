import { describe, expect, it } from 'vitest';
import { recordChange, SYSTEM } from '../../src/audit/index.ts';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { trustAuthority } from '../support/workflow.ts';

describe('GET /audit', () => {
  it('shows who did what, from where, on what, newest first', async () => {
    const portal = await openPortal();
    await trustAuthority(portal);
    const page = await portal.ada.get('/audit');
    expect(page.status).toBe(200);
    const first = page.$('tr[data-id]').first();
    for (const text of ['ada', '127.0.0.1', 'CA certificate added', 'Done']) expect(first.text()).toContain(text);
    expect(first.find('a[href^="/trust-store/"]')).toHaveLength(1);
    expect(page.$('[data-total]').attr('data-total')).toBe(String(portal.trail().length));
  });

  it('has a row for every refused attempt of a person, with its code, and none for looking', async () => {
    const portal = await openPortal();
    const before = portal.trail().length;
    await portal.pia.get('/audit');
    await portal.pia.get('/nowhere');
    expect(portal.trail()).toHaveLength(before);
    await portal.pia.post('/admins', {});
    const page = await portal.ada.get('/audit?outcome=refused');
    expect(page.$('tr[data-id]').first().text()).toContain('KER-ATH-403');
  });

  it('tells of a restore when the backup was written, and the head of the trail in it', async () => {
    const { ada, db } = await openPortal();
    const detail = { createdAt: Date.UTC(2026, 10, 4, 21, 5), head: 'ab'.repeat(32) };
    recordChange(db, SYSTEM, { action: 'backup.restore', detail });
    const row = (await ada.get('/audit?action=backup.restore')).$('tr[data-id]').first();
    expect(row.find('.facts').text()).toContain('Backup written4 Nov 2026, 21:05 UTC');
    expect(row.find('.facts bdi.code').text()).toBe(detail.head);
    const csv = await ada.get('/audit?action=backup.restore&format=csv');
    expect(csv.body).toContain(`Backup written: 4 Nov 2026, 21:05 UTC; Head of the trail: ${detail.head}`);
  });

  it.each([
    ['actor=pia', ['pia']],
    ['action=partner.register', ['otto', 'pia']],
    ['outcome=refused', []],
    ['thing=partner&actor=otto&action=consent.give', ['otto']],
    ['from=2999-01-01', []],
    ['to=2000-01-01', []],
    ['from=nonsense&action=partner.register', ['otto', 'pia']],
    ['q=PARTNER.REGISTER&sort=actor', ['otto', 'pia']],
    ['action=partner.register&sort=at', ['pia', 'otto']],
  ])('answers ?%s', async (query, actors) => {
    const { ada } = await openPortal();
    const page = await ada.get(`/audit?${query}`);
    expect(page.status).toBe(200);
    const found = page
      .$('tr[data-id] td:nth-child(2) bdi:first-child')
      .toArray()
      .map((element) => page.$(element).text())
      .filter((text) => !/^\d/.test(text));
    expect([...new Set(found)]).toEqual(actors);
  });

  it('gives htmx the table alone', async () => {
    const { ada } = await openPortal();
    expect((await ada.get('/audit', HTMX)).body.trimStart()).toMatch(/^<div id="audit-list"/);
  });

  it('cannot be changed or deleted, not even by SQL', async () => {
    const { db } = await openPortal();
    expect(() => db.$client.prepare("UPDATE audit_entries SET actor = 'nobody'").run()).toThrow(/never changed/);
    expect(() => db.$client.prepare('DELETE FROM audit_entries').run()).toThrow(/never changed/);
  });

  it('is for admins', async () => {
    const { pia, guest } = await openPortal();
    expect((await pia.get('/audit')).status).toBe(403);
    expect((await guest.get('/audit')).location).toBe('/login?next=%2Faudit');
  });
});
