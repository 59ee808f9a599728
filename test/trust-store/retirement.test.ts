import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { approve, openChipPortal, statusOf, submitChip } from '../chips/support.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptPia, caId, rowsIn, signIn, trustCa, uploadCa, uploadPartner } from '../support/workflow.ts';
import { firstStatus, retireCa } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('POST /trust-store/:id/retirement', () => {
  it('retires, says so, and keeps who, when and why', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const id = caId(portal, ca);
    const reason = 'broken <b>ceremony</b>\nsee the audit';
    const done = await portal.ada.post(`/trust-store/${id}/retirement`, { reason });
    expect([done.status, done.location]).toEqual([303, `/trust-store/${id}`]);
    const page = await portal.ada.get(`/trust-store/${id}`);
    expect(page.flash).toBe('ca-retired');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('retired');
    expect(page.$('.notice blockquote').text()).toBe(reason);
    expect(page.$('main b')).toHaveLength(0);
    expect(page.text('.notice')).toContain('ada');
    expect(page.text('.notice')).toContain('Uploading it again reinstates it');
    expect(page.$('.timeline li')).toHaveLength(2);
    expect(page.$('a[href$="/retirement/new"]')).toHaveLength(0);
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'ca-certificate.retire', actor: 'ada', outcome: 'done', thing_id: id });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ reason, domain: 'FTM', kind: 'intermediate' });
  });

  it('no path uses it from then on: neither of a leaf nor of an intermediate', async () => {
    const portal = await openPortal();
    const { root, ca } = await acceptPia(portal);
    await retireCa(portal, caId(portal, ca));
    expect((await uploadPartner(portal.pia, makeLeaf(ca))).codes).toEqual(['KER-PCM-006']);
    expect((await uploadPartner(portal.pia, makeLeaf(root))).codes).toEqual([]);
    await retireCa(portal, caId(portal, root));
    expect((await uploadPartner(portal.pia, makeLeaf(root))).codes).toEqual(['KER-PCM-006']);
    const refused = await uploadCa(portal.ada, makeIntermediate(root), { type: 'intermediate' });
    expect(refused.codes).toEqual(['KER-PCM-005']);
  });

  it('of one of two paths loses nothing', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const second = makeRoot();
    await trustCa(portal, second, 'root');
    await trustCa(portal, makeIntermediate(second, { subjectDer: ca.subjectDer, key: ca.keys }), 'intermediate');
    await retireCa(portal, caId(portal, ca));
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('valid');
    await retireCa(portal, caId(portal, second));
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('untrusted');
  });

  it('while a chip waits for its decision: it cannot be approved, and stays pending', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await retireCa(portal, caId(portal, portal.ca));
    const refused = await approve(portal, chip);
    expect([refused.status, refused.codes]).toEqual([422, ['KER-PCM-006']]);
    expect(await statusOf(portal, chip)).toBe('pending_approval');
    expect(rowsIn(portal, 'chip_decisions')).toBe(0);
  });

  it('its partners can no longer add chips', async () => {
    const portal = await openChipPortal();
    await retireCa(portal, caId(portal, portal.root));
    const refused = await portal.pia.post('/chips', { make: 'Acme', model: 'X1' });
    expect([refused.status, refused.codes]).toEqual([409, ['PMP_AUT_030']]);
  });

  it('can be downloaded still, with the chain it stands on', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const id = caId(portal, ca);
    const before = await portal.ada.get(`/trust-store/${id}/download?format=p7b`);
    await retireCa(portal, id);
    for (const format of ['pem', 'der', 'p7b']) {
      expect((await portal.ada.get(`/trust-store/${id}/download?format=${format}`)).status).toBe(200);
    }
    const after = await portal.ada.get(`/trust-store/${id}/download?format=p7b`);
    expect(after.body).toBe(before.body);
  });

  it('of one that has ended is possible', async () => {
    const portal = await openPortal();
    const notAfter = Date.now() + 400 * DAY;
    const id = await trustCa(portal, makeRoot({ notAfter }), 'root');
    vi.useFakeTimers({ toFake: ['Date'], now: notAfter + DAY });
    const ada = await signIn(portal, 'ada');
    expect(await firstStatus(ada, `/trust-store/${id}`)).toBe('expired');
    await retireCa({ ...portal, ada }, id);
    expect(await firstStatus(ada, `/trust-store/${id}`)).toBe('retired');
  });

  it('by htmx leads on by a header', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    const done = await portal.ada.post(`/trust-store/${id}/retirement`, { reason: 'x' }, HTMX);
    expect([done.status, done.headers['hx-redirect'], done.body]).toEqual([204, `/trust-store/${id}`, '']);
  });

  it.each([
    ['missing', undefined, 'PMP-FV-001'],
    ['white space', ' \n', 'PMP-FV-001'],
    ['of 1001 characters', 'x'.repeat(1001), 'PMP-FV-002'],
  ])('refuses a reason that is %s, keeping what was typed', async (_, reason, code) => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    for (const headers of [{}, HTMX]) {
      const form = reason === undefined ? {} : { reason };
      const refused = await portal.ada.post(`/trust-store/${id}/retirement`, form, headers);
      expect([refused.status, refused.codes]).toEqual([422, [code]]);
      expect(refused.$('#reason-reason')).toHaveLength(1);
      expect(refused.$('[name=reason]').text()).toBe(reason ?? '');
      expect(refused.body.includes('<html')).toBe(headers !== HTMX);
    }
    expect(rowsIn(portal, 'ca_retirements')).toBe(0);
    expect(await firstStatus(portal.ada, `/trust-store/${id}`)).toBe('valid');
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'ca-certificate.retire',
      outcome: 'refused',
      code,
      thing_id: id,
    });
  });

  it('takes a reason of a thousand characters', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    await retireCa(portal, id, 'x'.repeat(1000));
    expect((await portal.ada.get(`/trust-store/${id}`)).$('.notice blockquote').text()).toHaveLength(1000);
  });

  it('a second time: told that it is retired already, before a reason is asked for', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    await retireCa(portal, id, 'the first');
    for (const headers of [{}, HTMX]) {
      for (const form of [{ reason: 'again' }, {}]) {
        const late = await portal.ada.post(`/trust-store/${id}/retirement`, form as Record<string, string>, headers);
        expect([late.status, late.codes]).toEqual([409, ['PMP-TS-004']]);
        expect(late.text('[role=alert]')).toContain('already retired');
        expect(late.$('[data-status]').first().attr('data-status')).toBe('retired');
        expect(late.body.includes('<html')).toBe(headers !== HTMX);
      }
    }
    expect(rowsIn(portal, 'ca_retirements')).toBe(1);
    expect(portal.trail().at(-1)).toMatchObject({ outcome: 'refused', code: 'PMP-TS-004', thing_id: id });
  });

  it('two at once: one retires, the other is told', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    const answers = await Promise.all(
      ['one', 'two'].map((reason) => portal.ada.post(`/trust-store/${id}/retirement`, { reason })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    expect(rowsIn(portal, 'ca_retirements')).toBe(1);
  });

  it('and its row of the trail are stored together or not at all', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    portal.db.$client.exec(`CREATE TEMP TRIGGER broken BEFORE INSERT ON main.audit_entries WHEN NEW.outcome = 'done'
      BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect((await portal.ada.post(`/trust-store/${id}/retirement`, { reason: 'x' })).status).toBe(500);
    expect(rowsIn(portal, 'ca_retirements')).toBe(0);
    expect(await firstStatus(portal.ada, `/trust-store/${id}`)).toBe('valid');
  });

  it('is for admins, from this site, and knows no unknown id', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    const path = `/trust-store/${id}/retirement`;
    const form = { reason: 'x' };
    expect((await portal.guest.post(path, form)).location).toMatch(/^\/login\?next=/);
    expect((await portal.pia.post(path, form)).codes).toEqual(['KER-ATH-403']);
    expect(portal.trail().at(-1)).toMatchObject({ actor: 'pia', outcome: 'refused', code: 'KER-ATH-403' });
    expect((await portal.ada.post(path, form, { origin: 'http://evil.test' })).codes).toEqual(['PMP-AU-005']);
    const unknown = '0'.repeat(32);
    expect((await portal.ada.post(`/trust-store/${unknown}/retirement`, form)).status).toBe(404);
    expect(portal.trail().at(-1)).toMatchObject({ outcome: 'refused', code: 'HTTP-404', thing_id: unknown });
    expect(rowsIn(portal, 'ca_retirements')).toBe(0);
    const get = await portal.ada.get(path);
    expect([get.status, get.location]).toEqual([303, `${path}/new`]);
  });
});
