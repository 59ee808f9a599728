import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../support/certificates.ts';
import { addChip, approve, chipIn, loseTrust, openChipPortal, type Status, uploadChip } from './support.ts';
import { walk } from './walk.ts';

describe('GET /chips/:id/certificate', () => {
  it.each<[Status, upload: string | null, text: string]>([
    ['pending_cert_upload', 'Upload certificate', 'The chip waits for its certificate'],
    ['pending_approval', null, 'It can be renewed once it is approved'],
    ['approved', 'Renew certificate', 'A renewed certificate needs a new decision'],
    ['rejected', null, 'The same make and model can be added again'],
    ['deactivated', null, 'The same make and model can be added again'],
  ])('of a chip that is %s tells its provider what can be done', async (status, upload, text) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    const page = await portal.pia.get(`${chip}/certificate`);
    expect(page.status).toBe(200);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe(status);
    expect(page.text(`a[href="${chip}/certificate/new"]`)).toBe(upload ?? '');
    expect(page.text()).toContain(text);
    expect(page.$(`a[href="${chip}/certificate/original"]`)).toHaveLength(status === 'pending_cert_upload' ? 0 : 1);
    const admins = await portal.ada.get(`${chip}/certificate`);
    expect(admins.$(`a[href="${chip}/certificate/new"]`)).toHaveLength(0);
    expect(admins.text()).not.toContain(text);
  });

  it('lists every certificate with its dates, and which one is current', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const [first, second] = [portal.leaf(), portal.leaf()];
    await uploadChip(portal.pia, chip, first);
    expect((await portal.pia.get(`${chip}/certificate`)).$('li[data-fingerprint]')).toHaveLength(0);
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, second);
    for (const visitor of [portal.pia, portal.ada]) {
      const page = await visitor.get(`${chip}/certificate`);
      const items = page.$('li[data-fingerprint]');
      expect(items.toArray().map((element) => page.$(element).attr('data-fingerprint'))).toEqual(
        [second, first].map((made) => fingerprintOf(made.der)),
      );
      expect(items.eq(0).text()).toContain('current');
      expect(items.eq(1).text()).not.toContain('current');
      for (const item of [items.eq(0), items.eq(1)]) {
        expect(item.find('time[datetime]')).toHaveLength(1);
        expect(item.find('a[href^="/certificates/"][download]')).toHaveLength(1);
      }
    }
  });

  it('says how the current certificate stands', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const second = async () =>
      (await portal.pia.get(`${chip}/certificate`)).$('main [data-status]').eq(1).attr('data-status');
    expect(await second()).toBe('valid');
    loseTrust(portal);
    expect(await second()).toBe('untrusted');
  });
});

walk({ method: 'GET', path: '/chips/:id/certificate', who: 'both', status: 'approved' });
