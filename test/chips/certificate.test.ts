import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { asFile, fingerprintOf, makeLeaf, makeRoot, makeSelfSigned } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptPartner, OTTOS_ORGANIZATION } from '../support/workflow.ts';
import {
  acceptOtto,
  addChip,
  approve,
  chipIn,
  idIn,
  openChipPortal,
  reject,
  statusOf,
  submitChip,
  uploadChip,
} from './support.ts';

describe('POST /chips/:id/certificate', () => {
  it('takes the certificate, after which the chip waits for a decision', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    const answer = await portal.pia.upload(`${chip}/certificate`, {
      name: 'Chip.CER',
      bytes: asFile(made, 'pem-with-text'),
    });
    expect([answer.status, answer.location]).toEqual([303, chip]);
    const page = await portal.pia.get(chip);
    expect(page.flash).toBe('chip-certificate-uploaded');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
    expect(page.$(`[data-fingerprint="${fingerprintOf(made.der)}"]`).length).toBeGreaterThan(0);
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'chip.upload-certificate',
      actor: 'pia',
      outcome: 'done',
      thing_id: idIn(chip),
    });
    const original = await portal.pia.get(`${chip}/certificate/original?format=der`);
    expect(original.bytes.equals(made.der)).toBe(true);
    expect(original.headers['content-disposition']).toMatch(/^attachment; filename="pia-chip-certificate-/);
  });

  it('answers htmx by 204 and the way on, a refusal by the form', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const refused = await uploadChip(portal.pia, chip, makeSelfSigned(), HTMX);
    expect(refused.status).toBe(422);
    expect(refused.body).not.toContain('<html');
    expect(refused.$('#upload input[type=file]')).toHaveLength(1);
    const done = await uploadChip(portal.pia, chip, portal.leaf(), HTMX);
    expect([done.status, done.headers['hx-redirect']]).toEqual([204, chip]);
    const late = await uploadChip(portal.pia, chip, portal.leaf(), HTMX);
    expect([late.status, late.codes]).toEqual([409, ['PMP_AUT_038']]);
    expect(late.$('[data-status]').attr('data-status')).toBe('pending_approval');
  });

  it('lists every reason against it, in the order of the rules, and stores nothing', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = makeLeaf(makeRoot({ subject: { CN: 'Nowhere' } }), {
      subject: { O: 'Else', CN: 'x' },
      notAfter: Date.now() - DAY,
      notBefore: Date.now() - 9 * DAY,
      key: 'rsa-1024',
      hash: 'sha1',
    });
    const refused = await uploadChip(portal.pia, chip, made);
    expectRefused(
      refused,
      ['KER-PCM-004', 'KER-KMS-021', 'KER-PCM-008', 'KER-PCM-013', 'KER-PCM-014', 'KER-PCM-006'],
      'Else',
      'Acme Chips Ltd',
      '1024',
      'Nowhere',
    );
    expect(await statusOf(portal, chip)).toBe('pending_cert_upload');
    expect((await portal.pia.get(`${chip}/certificate/original`)).status).toBe(404);
  });

  it('compares with the registered organisation, not with the certificate itself', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const refused = await uploadChip(
      portal.pia,
      chip,
      makeLeaf(portal.ca, { subject: { O: OTTOS_ORGANIZATION, CN: 'x' } }),
    );
    expectRefused(refused, ['KER-PCM-008'], OTTOS_ORGANIZATION, 'Acme Chips Ltd');
  });

  it('takes a certificate that is itself a CA, shows that, and trusts nothing through it', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const maker = portal.leaf({ isCa: true, keyUsage: ['keyCertSign'], pathLength: 0 });
    expect((await uploadChip(portal.pia, chip, maker)).status).toBe(303);
    expect((await portal.ada.get(`${chip}/decision/new`)).text()).toContain('This is a CA certificate (path length 0)');
    await approve(portal, chip);
    const below = await uploadChip(portal.pia, await addChip(portal.pia, 'X2'), makeLeaf(maker));
    expect(below.codes).toEqual(['KER-PCM-006']);
  });

  it('renewal: says before what it costs, goes back to the admin, keeps the history', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    expect((await portal.pia.get(`${chip}/certificate/new`)).text('.notice')).toContain(
      'goes back to Pending for Approval',
    );
    const made = portal.leaf();
    expect((await uploadChip(portal.pia, chip, made)).status).toBe(303);
    const page = await portal.pia.get(`${chip}/certificate`);
    expect(page.flash).toBe('chip-certificate-renewed');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
    const links = page
      .$('a[href^="/certificates/"]')
      .toArray()
      .map((element) => page.$(element).attr('href') ?? '');
    expect(new Set(links).size).toBe(2);
    for (const link of links) {
      expect((await portal.pia.get(link)).status).toBe(200);
      expect((await portal.ada.get(link)).status).toBe(200);
      expect((await portal.otto.get(link)).status).toBe(404);
      expect((await portal.pia.get(link.replace('original', 'mosip-signed'))).status).toBe(404);
    }
    await reject(portal, chip);
    expect(await statusOf(portal, chip)).toBe('rejected');
  });

  it('renewal: not with the very certificate that is approved; with the same key it may be', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    await approve(portal, chip);
    expectRefused(await uploadChip(portal.pia, chip, made), ['PMP-CH-003']);
    expect(await statusOf(portal, chip)).toBe('approved');
    expect((await uploadChip(portal.pia, chip, portal.leaf({ key: made.keys }))).status).toBe(303);
  });

  it('is the provider’s: nobody else’s, and no admin’s', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    expect((await uploadChip(portal.ada, chip, made)).status).toBe(403);
    expect((await uploadChip(portal.guest, chip, made)).location).toMatch(/^\/login/);
    expect((await uploadChip(portal.otto, chip, made)).status).toBe(404);
    expect((await uploadChip(portal.pia, '/chips/0123', made)).status).toBe(404);
    expect(await statusOf(portal, chip)).toBe('pending_cert_upload');
  });
});

describe('keys (PMP-CH-001)', () => {
  it('no chip has the key of a partner certificate of its provider, current or earlier', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const own = portal.leaf({ key: portal.partnerLeaf.keys });
    expectRefused(await uploadChip(portal.pia, chip, own), ['PMP-CH-001']);
    await acceptPartner(portal, portal.pia, portal.leaf());
    expectRefused(await uploadChip(portal.pia, chip, own), ['PMP-CH-001']);
  });

  it.each(['pending_approval', 'approved'] as const)(
    'a key of a chip that is %s is in use, for another provider too, who is not told whose',
    async (status) => {
      const portal = await openChipPortal();
      const made = portal.leaf();
      const first = await addChip(portal.pia, 'X1');
      await uploadChip(portal.pia, first, made);
      if (status === 'approved') await approve(portal, first);
      const second = await addChip(portal.pia, 'X2');
      expectRefused(await uploadChip(portal.pia, second, portal.leaf({ key: made.keys })), ['PMP-CH-001']);
      await acceptOtto(portal);
      const foreign = await addChip(portal.otto, 'Y1');
      const refused = await uploadChip(
        portal.otto,
        foreign,
        makeLeaf(portal.ca, { subject: { O: OTTOS_ORGANIZATION, CN: 'y' }, key: made.keys }),
      );
      expectRefused(refused, ['PMP-CH-001']);
      expect(refused.text('[role=alert]')).not.toMatch(/pia|Acme/);
      // A partner certificate carries no chip's key either.
      const partner = await portal.pia.upload('/partner-certificate', {
        name: 'p.cer',
        bytes: asFile(portal.leaf({ key: made.keys })),
      });
      expectRefused(partner, ['PMP-CH-001']);
    },
  );

  it.each(['rejected', 'deactivated'] as const)('a key of a chip that is %s is free', async (status) => {
    const portal = await openChipPortal();
    const made = portal.leaf();
    const first = await addChip(portal.pia, 'X1');
    await uploadChip(portal.pia, first, made);
    if (status === 'rejected') await reject(portal, first);
    else {
      await approve(portal, first);
      await portal.pia.post(`${first}/deactivation`);
    }
    expect((await uploadChip(portal.pia, await addChip(portal.pia, 'X2'), made)).status).toBe(303);
  });
});

describe('GET /chips/:id and /chips/:id/certificate', () => {
  it('show a chip without a certificate, and where to upload it', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const page = await portal.pia.get(`${chip}/certificate`);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_cert_upload');
    expect(page.$(`a[href="${chip}/certificate/new"]`)).toHaveLength(1);
    expect((await portal.ada.get(chip)).$(`a[href="${chip}/certificate/new"]`)).toHaveLength(0);
  });

  it('download works in every state that has a certificate', async () => {
    const portal = await openChipPortal();
    for (const status of ['pending_approval', 'approved', 'rejected', 'deactivated'] as const) {
      const chip = await chipIn(portal, status, status);
      for (const visitor of [portal.pia, portal.ada]) {
        const download = await visitor.get(`${chip}/certificate/original`);
        expect([download.status, download.body.slice(0, 27)]).toEqual([200, '-----BEGIN CERTIFICATE-----']);
      }
    }
  });

  it('an unknown id is 404, without a word of it', async () => {
    const portal = await openPortal();
    for (const id of ['0123', '..%2f', '%00', 'x'.repeat(150), "'--"])
      expect((await portal.ada.get(`/chips/${id}`)).status).toBe(404);
    expect((await portal.guest.get('/chips/0123')).location).toMatch(/^\/login/);
  });

  it('shows the whole history, newest first', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await approve(portal, chip);
    await portal.ada.post(`${chip}/deactivation`, { reason: 'recalled' });
    const page = await portal.pia.get(chip);
    const events = page
      .$('.timeline li strong')
      .toArray()
      .map((element) => page.$(element).text());
    expect(events).toEqual(['Deactivated', 'Approved', 'Certificate uploaded', 'Chip added']);
  });
});
