import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../support/certificates.ts';
import type { Answer } from '../support/visitor.ts';
import {
  addChip,
  approve,
  chipIn,
  idIn,
  loseTrust,
  openChipPortal,
  reject,
  type Status,
  uploadChip,
} from './support.ts';
import { walk } from './walk.ts';

const STATUSES: Status[] = ['pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated'];

const events = (page: Answer) =>
  page
    .$('.timeline li')
    .toArray()
    .map((element) => page.$(element).text().replace(/\s+/g, ' ').trim());

const marks = (page: Answer) =>
  page
    .$('main .page-header [data-status]')
    .toArray()
    .map((element) => page.$(element).attr('data-status'));

describe('GET /chips/:id', () => {
  it.each(STATUSES)('shows a chip that is %s to its provider and to admins', async (status) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    for (const visitor of [portal.pia, portal.ada]) {
      const page = await visitor.get(chip);
      expect(page.status).toBe(200);
      expect(page.$('main [data-status]').first().attr('data-status')).toBe(status);
      for (const text of ['Acme', 'X1', 'Acme Chips Ltd', 'pia']) expect(page.text()).toContain(text);
      expect(page.$('[data-fingerprint]')).toHaveLength(status === 'pending_cert_upload' ? 0 : 1);
    }
  });

  it.each<[Status, partner: string[], admin: string[]]>([
    ['pending_cert_upload', ['/certificate/new', '/certificate'], ['/certificate']],
    ['pending_approval', ['/certificate'], ['/decision/new', '/certificate']],
    ['approved', ['/certificate/new', '/certificate', '/deactivation/new'], ['/certificate', '/deactivation/new']],
    ['rejected', ['/certificate', 'again'], ['/certificate']],
    ['deactivated', ['/certificate', 'again'], ['/certificate']],
  ])('offers of a chip that is %s what is possible, and only that', async (status, partner, admin) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    const offered = (page: Answer) =>
      page
        .$('main .page-header .actions a')
        .toArray()
        .map((element) => page.$(element).attr('href') ?? '')
        .map((href) => (href.startsWith('/chips/new?') ? 'again' : href.replace(chip, '')));
    expect(offered(await portal.pia.get(chip))).toEqual(partner);
    expect(offered(await portal.ada.get(chip))).toEqual(admin);
  });

  it('shows the certificate with its chain, root first', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    const page = await portal.pia.get(chip);
    expect(page.$('[data-fingerprint]').attr('data-fingerprint')).toBe(fingerprintOf(made.der));
    const steps = page
      .$('.chain li')
      .toArray()
      .map((element) => page.$(element).text());
    expect(steps).toHaveLength(3);
    expect(steps[0]).toContain(portal.root.certificate.subject.label);
    expect(steps[1]).toContain(portal.ca.certificate.subject.label);
    expect(steps[2]).toContain(made.certificate.subject.label);
  });

  it('tells the whole history, newest first: what, who, why, with every certificate', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    await uploadChip(portal.pia, chip, portal.leaf());
    await approve(portal, chip);
    await portal.ada.post(`${chip}/deactivation`, { reason: 'recalled by its maker' });
    for (const visitor of [portal.pia, portal.ada]) {
      const told = events(await visitor.get(chip));
      const expected = [
        [/^Deactivated .* ada/, /recalled by its maker/],
        [/^Approved .* ada/],
        [/^Certificate uploaded .* pia/, /Download certificate/],
        [/^Approved .* ada/],
        [/^Certificate uploaded .* pia/, /Download certificate/],
        [/^Chip added .* pia/],
      ];
      expect(told).toHaveLength(expected.length);
      for (const [index, patterns] of expected.entries())
        for (const pattern of patterns) expect(told[index]).toMatch(pattern);
    }
  });

  it('tells the reason of a rejection as text', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    const reason = '<img src=x onerror=x> & "so"\nsecond line';
    await reject(portal, chip, reason);
    const page = await portal.pia.get(chip);
    expect(page.$('.timeline blockquote').text()).toBe(reason);
    expect(page.$('main img')).toHaveLength(0);
    expect(events(page)[0]).toMatch(/^Rejected .* ada/);
    // The provider reads it first, and starts over from either page.
    for (const address of [chip, `${chip}/certificate`, `${chip}/certificate/new`]) {
      const shown = await portal.pia.get(address);
      expect(shown.$('.notice blockquote').text()).toBe(reason);
      const again = shown.$('main a.button').filter((_, link) => shown.$(link).text() === 'Add again');
      expect(again.attr('href')).toBe('/chips/new?make=Acme&model=X1');
    }
    for (const address of [chip, `${chip}/certificate`]) {
      const shown = await portal.ada.get(address);
      expect(shown.$('.notice blockquote').text()).toBe(reason);
      expect(shown.text()).not.toContain('Add again');
    }
  });

  it('has buttons for script that copy the id, the serial number and the fingerprint', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    const page = await portal.pia.get(chip);
    const copies = page.$('main [data-copy]').toArray();
    expect(copies.map((button) => page.$(button).attr('aria-label'))).toEqual([
      'Copy: Chip ID',
      'Copy: Serial number',
      'Copy: SHA-256',
    ]);
    expect(copies.map((button) => page.$(button).attr('data-copy'))).toEqual([
      idIn(chip),
      made.certificate.serialNumber,
      fingerprintOf(made.der).replace(/(..)(?=.)/g, '$1:'),
    ]);
    for (const button of copies) {
      expect(page.$(button).hasClass('with-script')).toBe(true);
      expect(page.$(button).attr('type')).toBe('button');
    }
  });

  it('marks a certificate without path beside the chip’s own status, which comes first', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    expect(marks(await portal.pia.get(chip))).toEqual(['approved']);
    loseTrust(portal);
    expect(marks(await portal.pia.get(chip))).toEqual(['approved', 'untrusted']);
    expect((await portal.pia.get(chip)).text('.chain')).toContain('is not in the trust store');
  });

  it('links an admin, and only an admin, to the provider', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const link = `a[href="/partners/${portal.idOf('pia')}"]`;
    expect((await portal.ada.get(chip)).$(link)).toHaveLength(1);
    expect((await portal.pia.get(chip)).$(link)).toHaveLength(0);
  });

  it.each(['no-such-chip', '..%2f', '%00', 'x'.repeat(150), "'--", '1%20OR%201=1'])('does not know %s', async (id) => {
    const { ada } = await openChipPortal();
    const answer = await ada.get(`/chips/${id}`);
    expect(answer.status).toBe(404);
    // The address that stands on paper is left out.
    answer.$('.on-paper').remove();
    expect(answer.text()).not.toContain(id);
  });
});

walk({ method: 'GET', path: '/chips/:id', who: 'both', status: 'approved' });
