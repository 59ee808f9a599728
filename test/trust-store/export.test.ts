import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../support/certificates.ts';
import { columnOf, csvIn } from '../support/csv.ts';
import { openPortal } from '../support/portal.ts';
import { caId, trustAuthority } from '../support/workflow.ts';

describe('GET /trust-store?format=csv', () => {
  it('has the certificates of the tab it stands on', async () => {
    const portal = await openPortal();
    const { root, ca } = await trustAuthority(portal);
    const list = await portal.ada.get('/trust-store?type=intermediate&domain=FTM');
    const href = list.$('a.export').attr('href') ?? '';
    expect(href).toBe('/trust-store?type=intermediate&domain=FTM&format=csv');
    const rows = csvIn(await portal.ada.get(href), 'trust-store-intermediate');
    expect(columnOf(rows, 'ID')).toEqual([caId(portal, ca)]);
    expect(columnOf(rows, 'Issued to')).toEqual([ca.certificate.subject.text]);
    expect(columnOf(rows, 'Issued by')).toEqual([root.certificate.subject.text]);
    expect(columnOf(rows, 'Status')).toEqual(['Valid']);
    expect(columnOf(rows, 'SHA-256')).toEqual([fingerprintOf(ca.der)]);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'ca-certificate.export', actor: 'ada' });
    await portal.ada.post(`/trust-store/${caId(portal, root)}/retirement`, { reason: 'no longer audited' });
    const roots = csvIn(await portal.ada.get('/trust-store?format=csv'), 'trust-store-root');
    expect(columnOf(roots, 'Status')).toEqual(['Retired']);
    const after = csvIn(await portal.ada.get(href), 'trust-store-intermediate');
    expect(columnOf(after, 'Status')).toEqual(['Untrusted']);
  });

  it('is for admins', async () => {
    const { pia, guest } = await openPortal();
    expect((await pia.get('/trust-store?format=csv')).codes).toEqual(['KER-ATH-403']);
    expect((await guest.get('/trust-store?format=csv')).status).toBe(303);
  });
});
