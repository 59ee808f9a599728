import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { acceptPia, deactivate, rowsIn } from '../support/workflow.ts';

describe('GET /partner-certificate/new', () => {
  it('offers one form, even while the trust store is empty, and says what is wanted', async () => {
    const portal = await openPortal();
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
    const page = await portal.pia.get('/partner-certificate/new');
    expect(page.status).toBe(200);
    const form = page.$('form:has([name=certificate])');
    expect(form).toHaveLength(1);
    expect([form.attr('method'), form.attr('action'), form.attr('enctype')]).toEqual([
      'post',
      '/partner-certificate',
      'multipart/form-data',
    ]);
    for (const text of ['“Acme Chips Ltd”', '335', '64 KiB']) expect(form.text()).toContain(text);
    expect(page.$('[data-codes]')).toHaveLength(0);
  });

  it('is called a renewal once there is a certificate', async () => {
    const portal = await openPortal();
    const title = async () => (await portal.pia.get('/partner-certificate/new')).text('h1');
    expect(await title()).toMatch(/upload/i);
    await acceptPia(portal);
    expect(await title()).toMatch(/renew/i);
  });

  it('is a 409 for a deactivated partner', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    const page = await portal.pia.get('/partner-certificate/new');
    expect([page.status, page.codes]).toEqual([409, ['PMS_PMP_016']]);
    expect(page.$('[name=certificate]')).toHaveLength(0);
  });

  it('is for partners', async () => {
    const { guest, ada } = await openPortal();
    expect((await guest.get('/partner-certificate/new')).location).toMatch(/^\/login\?next=/);
    expect((await ada.get('/partner-certificate/new')).codes).toEqual(['KER-ATH-403']);
  });
});
