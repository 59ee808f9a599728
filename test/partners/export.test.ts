import { describe, expect, it } from 'vitest';
import { columnOf, csvIn } from '../support/csv.ts';
import { openPortal } from '../support/portal.ts';
import { acceptPia, deactivate } from '../support/workflow.ts';

describe('GET /partners?format=csv', () => {
  it('has every partner of the list, in its order', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    deactivate(portal, 'otto');
    const rows = csvIn(await portal.ada.get('/partners?sort=username&format=csv'), 'partners');
    expect(rows[0]).toEqual([
      'ID',
      'Partner ID',
      'Name',
      'Organisation',
      'E-mail',
      'Phone',
      'Registered',
      'Status',
      'Valid till',
      'Status of the certificate',
    ]);
    expect(columnOf(rows, 'Partner ID')).toEqual(['otto', 'pia']);
    expect(columnOf(rows, 'Status')).toEqual(['Deactivated', 'Active']);
    expect(columnOf(rows, 'Status of the certificate')).toEqual(['', 'Valid']);
    // A phone number may begin as a formula does.
    expect(columnOf(rows, 'Phone')[1]).toBe("'+91 80 1234");
    expect(columnOf(rows, 'Registered')[0]).toMatch(/^\d{4}-.*Z$/);
    const found = csvIn(await portal.ada.get('/partners?q=acme&format=csv'), 'partners');
    expect(columnOf(found, 'Partner ID')).toEqual(['pia']);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'partner.export', actor: 'ada', outcome: 'done' });
  });

  it('is linked from the list, and is for admins', async () => {
    const { ada, pia, guest } = await openPortal();
    const list = await ada.get('/partners?q=acme&status=no_certificate');
    expect(list.$('a.export').attr('href')).toBe('/partners?q=acme&status=no_certificate&format=csv');
    expect((await pia.get('/partners?format=csv')).codes).toEqual(['KER-ATH-403']);
    expect((await guest.get('/partners?format=csv')).status).toBe(303);
  });
});
