import { describe, expect, it } from 'vitest';
import { asFile, fingerprintOf, makeIntermediate, makeRoot } from '../support/certificates.ts';
import { shownName } from '../support/names.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { HTMX } from '../support/visitor.ts';
import { caId, deactivate, rowsIn, trustCa, uploadCa } from '../support/workflow.ts';

const root = makeRoot();
const ca = makeIntermediate(root);

describe('POST /trust-store', () => {
  it('stores a root and an intermediate below it, and says so on the list of its kind', async () => {
    const portal = await openPortal();
    const answer = await uploadCa(portal.ada, root);
    expect([answer.status, answer.location]).toEqual([303, '/trust-store?type=root']);
    const list = await portal.ada.get('/trust-store?type=root');
    expect(list.flash).toBe('ca-added');
    expect(list.$(`#ca-${caId(portal, root)}`)).toHaveLength(1);

    const second = await uploadCa(portal.ada, ca, { type: 'intermediate' });
    expect([second.status, second.location]).toEqual([303, '/trust-store?type=intermediate']);
    expect((await portal.ada.get('/trust-store?type=intermediate')).$(`#ca-${caId(portal, ca)}`)).toHaveLength(1);
  });

  it('keeps the bytes as they came, with who and when', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, root, 'root', 'DEVICE');
    const row = portal.db.$client.prepare('SELECT * FROM ca_certificates WHERE id = ?').get(id);
    expect(row).toMatchObject({
      domain: 'DEVICE',
      kind: 'root',
      der: root.der,
      fingerprint: fingerprintOf(root.der),
      not_after: root.certificate.notAfter,
      uploaded_by: portal.idOf('ada'),
    });
  });

  it('writes the trail', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, root, 'root');
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({
      actor: 'ada',
      action: 'ca-certificate.add',
      outcome: 'done',
      code: null,
      thing_id: id,
    });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({
      domain: 'FTM',
      kind: 'root',
      fingerprint: fingerprintOf(root.der),
    });
  });

  it('sends those who are not signed in to sign in, and stores nothing', async () => {
    const portal = await openPortal();
    const answer = await uploadCa(portal.guest, root);
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^\/login\?next=/);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
    const fragment = await uploadCa(portal.guest, root, {}, HTMX);
    expect(fragment.status).toBe(204);
    expect(fragment.headers['hx-redirect']).toMatch(/^\/login\?next=/);
  });

  it('refuses a partner, who may not even try, and notes it', async () => {
    const portal = await openPortal();
    const answer = await uploadCa(portal.pia, root);
    expect([answer.status, answer.codes]).toEqual([403, ['KER-ATH-403']]);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
    expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'ca-certificate.add', code: 'KER-ATH-403' });
  });

  it('tells a deactivated partner of the role first', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    expect((await uploadCa(portal.pia, root)).codes).toEqual(['KER-ATH-403']);
  });

  it.each<Record<string, string>>([{ origin: 'http://evil.test' }, { 'sec-fetch-site': 'cross-site' }])(
    'refuses what another site sends: %o',
    async (headers) => {
      const portal = await openPortal();
      const answer = await uploadCa(portal.ada, root, {}, headers);
      expect([answer.status, answer.codes]).toEqual([403, ['PMP-AU-005']]);
      expect(rowsIn(portal, 'ca_certificates')).toBe(0);
    },
  );

  it('refuses the same certificate again, in this domain only (2.1)', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root', 'AUTH');
    const again = await uploadCa(portal.ada, root, { domain: 'AUTH' });
    expectRefused(again, ['KER-PCM-003']);
    expectTrailRefusal(portal.trail(), { actor: 'ada', action: 'ca-certificate.add', code: 'KER-PCM-003' });
    await trustCa(portal, root, 'root', 'FTM');
    expect(rowsIn(portal, 'ca_certificates')).toBe(2);
  });

  it('shows the form again with the domain, the tab, what was read and the chain', async () => {
    const portal = await openPortal();
    const answer = await uploadCa(portal.ada, ca, { type: 'intermediate', domain: 'DEVICE' });
    expectRefused(answer, ['KER-PCM-005'], ca.certificate.issuer.text);
    expect(answer.$('[name=domain]').val()).toBe('DEVICE');
    expect(answer.$('[name=type]').val()).toBe('intermediate');
    expect(answer.$(`[data-fingerprint="${fingerprintOf(ca.der)}"]`)).toHaveLength(1);
    expect(answer.text('.chain')).toContain(shownName(ca.certificate.issuer.text));
    expect(answer.$('[name=certificate]').attr('aria-invalid')).toBe('true');
  });

  it.each(['', 'ftm', 'BANKING', 'FTM '])('knows no domain "%s" (KER-PCM-011)', async (domain) => {
    const portal = await openPortal();
    const file = { name: 'root.cer', bytes: asFile(root) };
    const answer = await portal.ada.upload('/trust-store', file, { domain, type: 'root' });
    expectRefused(answer, ['KER-PCM-011'], `“${domain.trim()}`, 'FTM, DEVICE, AUTH');
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
  });

  it('lists what is wrong with the file and with the domain together', async () => {
    const portal = await openPortal();
    const answer = await portal.ada.upload('/trust-store', { name: 'root.txt', bytes: '' }, { domain: 'X' });
    expectRefused(answer, ['PMP-UP-001', 'PMP-UP-003', 'KER-PCM-011'], 'root.txt');
  });

  it('answers htmx with the form alone, or with where to go', async () => {
    const portal = await openPortal();
    const refused = await uploadCa(portal.ada, ca, { type: 'intermediate' }, HTMX);
    expectRefused(refused, ['KER-PCM-005']);
    expect(refused.$('body').children()).toHaveLength(1);
    expect(refused.$('body').children().attr('id')).toBe('upload');
    const done = await uploadCa(portal.ada, root, {}, HTMX);
    expect([done.status, done.headers['hx-redirect'], done.body]).toEqual([204, '/trust-store?type=root', '']);
    expect((await portal.ada.get('/trust-store')).flash).toBe('ca-added');
  });
});
