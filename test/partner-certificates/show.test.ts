import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { fingerprintOf, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { acceptPartner, acceptPia, deactivate, signIn, trustAuthority, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('GET /partner-certificate', () => {
  it('says that there is none yet, and leads to the upload', async () => {
    const { pia } = await openPortal();
    const page = await pia.get('/partner-certificate');
    expect(page.status).toBe(200);
    expect(page.$('[data-status]').first().attr('data-status')).toBe('no_certificate');
    expect(page.$('main a[href="/partner-certificate/new"]')).toHaveLength(1);
    expect(page.$('[data-fingerprint]')).toHaveLength(0);
    expect(page.$('a[download]')).toHaveLength(0);
  });

  it('shows the certificate, its chain from the root down, the MOSIP-signed one, and every download', async () => {
    const portal = await openPortal();
    const { root, ca, leaf } = await acceptPia(portal);
    const page = await portal.pia.get('/partner-certificate');
    const signed = await portal.pia.get('/partner-certificate/mosip-signed?format=der');
    const shown = page.$('dl[data-fingerprint]').toArray();
    expect(shown.map((element) => page.$(element).attr('data-fingerprint'))).toEqual([
      fingerprintOf(leaf.der),
      fingerprintOf(signed.bytes),
    ]);
    const chain = page.$('.chain strong').toArray();
    expect(chain.map((step) => page.$(step).text())).toEqual(
      [root, ca, leaf].map((made) => made.certificate.subject.label),
    );
    const links = page.$('.columns a[download]').toArray();
    expect(links.map((link) => page.$(link).attr('href')).sort()).toEqual([
      '/partner-certificate/mosip-signed',
      '/partner-certificate/mosip-signed?format=der',
      '/partner-certificate/mosip-signed?format=p7b',
      '/partner-certificate/original',
      '/partner-certificate/original?format=der',
    ]);
  });

  it('keeps the history, newest first, each with its dates and downloads', async () => {
    const portal = await openPortal();
    const { ca, leaf } = await acceptPia(portal);
    const renewed = makeLeaf(ca);
    await acceptPartner(portal, portal.pia, renewed);
    const page = await portal.pia.get('/partner-certificate');
    const rows = page.$('.timeline [data-id]').toArray();
    expect(rows.map((row) => page.$(row).attr('data-fingerprint'))).toEqual(
      [renewed, leaf].map(({ der }) => fingerprintOf(der)),
    );
    for (const row of rows) {
      const id = page.$(row).attr('data-id');
      const links = page.$(row).find('a[download]').toArray();
      expect(links.map((link) => page.$(link).attr('href'))).toEqual([
        `/certificates/${id}/original`,
        `/certificates/${id}/mosip-signed`,
      ]);
      expect(page.$(row).find('time')).toHaveLength(3);
      expect(page.$(row).find('[data-status]').attr('data-status')).toBe('valid');
    }
  });

  it('marks what has expired, and what has lost its path', async () => {
    const portal = await openPortal();
    const at = Math.floor(Date.now() / 1000) * 1000;
    const root = makeRoot({ notAfter: at + 400 * DAY });
    await trustCa(portal, root, 'root');
    const leaf = makeLeaf(root, { notAfter: at + 800 * DAY });
    await acceptPartner(portal, portal.pia, leaf);
    const statusAt = async (instant: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: instant });
      const page = await (await signIn(portal, 'pia')).get('/partner-certificate');
      const row = page.$('.timeline [data-status]').first().attr('data-status');
      return [page.$('[data-status]').first().attr('data-status'), row];
    };
    expect(await statusAt(at + 400 * DAY)).toEqual(['valid', 'valid']);
    expect(await statusAt(at + 400 * DAY + 1)).toEqual(['untrusted', 'untrusted']);
    expect(await statusAt(at + 800 * DAY)).toEqual(['untrusted', 'untrusted']);
    expect(await statusAt(at + 800 * DAY + 1)).toEqual(['expired', 'expired']);
  });

  it('shows that a certificate is a CA; it enters no trust store and helps no path', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const chipMaker = makeLeaf(ca, { isCa: true, pathLength: 3, keyUsage: ['keyCertSign'] });
    const before = portal.db.$client.prepare('SELECT count(*) FROM ca_certificates').pluck().get();
    await acceptPartner(portal, portal.pia, chipMaker);
    expect((await portal.pia.get('/partner-certificate')).text()).toContain('This is a CA certificate (path length 3)');
    expect(portal.db.$client.prepare('SELECT count(*) FROM ca_certificates').pluck().get()).toBe(before);
    const below = await portal.pia.upload('/partner-certificate', { name: 'a.cer', bytes: makeLeaf(chipMaker).der });
    expect([below.status, below.codes]).toEqual([422, ['KER-PCM-006']]);
    const signed = await portal.pia.get('/partner-certificate');
    expect(signed.$('dl[data-fingerprint]').eq(1).text()).not.toContain('This is a CA certificate');
  });

  it('offers a deactivated partner no upload', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    expect(
      (await portal.pia.get('/partner-certificate')).$('a[href="/partner-certificate/new"]').length,
    ).toBeGreaterThan(0);
    deactivate(portal, 'pia');
    const page = await portal.pia.get('/partner-certificate');
    expect(page.status).toBe(200);
    expect(page.$('main a[href="/partner-certificate/new"]')).toHaveLength(0);
  });

  it('is for partners', async () => {
    const { guest, ada } = await openPortal();
    expect((await guest.get('/partner-certificate')).location).toBe('/login?next=%2Fpartner-certificate');
    expect((await ada.get('/partner-certificate')).codes).toEqual(['KER-ATH-403']);
  });
});
