import { describe, expect, it } from 'vitest';
import { openCrowd } from '../support/crowd-portal.ts';
import { columnOf, csvIn } from '../support/csv.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptOtto, addChip, chipIn, idIn, loseTrust, openChipPortal, submitChip } from './support.ts';

describe('GET /chips?format=csv', () => {
  it('gives an admin everybody’s, with whose they are, in the order of the list', async () => {
    const portal = await openChipPortal();
    const { ada, otto } = portal;
    await acceptOtto(portal);
    const approved = await chipIn(portal, 'approved', 'X1');
    await chipIn(portal, 'pending_cert_upload', 'X2');
    await addChip(otto, 'Ø_', 'Nordic "N"');
    const rows = csvIn(await ada.get('/chips?format=csv'), 'chips');
    expect(rows[0]).toEqual([
      'ID',
      'Make',
      'Model',
      'Organisation',
      'Partner ID',
      'Created',
      'Status',
      'Status since',
      'Certificate ends',
      'Status of the certificate',
      'SHA-256',
    ]);
    expect(columnOf(rows, 'Model')).toEqual(['Ø_', 'X2', 'X1']);
    expect(columnOf(rows, 'Make')[0]).toBe('Nordic "N"');
    expect(columnOf(rows, 'Partner ID')).toEqual(['otto', 'pia', 'pia']);
    expect(columnOf(rows, 'ID')[2]).toBe(idIn(approved));
    expect(columnOf(rows, 'Status')).toEqual([
      'Pending for Certificate Upload',
      'Pending for Certificate Upload',
      'Approved',
    ]);
    expect(columnOf(rows, 'Status of the certificate')).toEqual(['', '', 'Valid']);
    expect(columnOf(rows, 'Certificate ends')[0]).toBe('');
    expect(columnOf(rows, 'Certificate ends')[2]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(columnOf(rows, 'SHA-256')[2]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives a partner its own alone, whatever it asks for', async () => {
    const portal = await openChipPortal();
    await acceptOtto(portal);
    await addChip(portal.pia, 'X1');
    await addChip(portal.otto, 'O1', 'Nordic');
    for (const query of ['', '&partner=otto', '&organization=Nordic', '&q=nordic', '&sort=organization']) {
      const rows = csvIn(await portal.pia.get(`/chips?format=csv${query}`), 'chips');
      expect(columnOf(rows, 'Model')).toEqual(query === '&q=nordic' ? [] : ['X1']);
      expect(rows[0]).not.toContain('Partner ID');
      expect(JSON.stringify(rows)).not.toMatch(/Nordic|otto/);
    }
  });

  it('keeps search, filters and order of the list it stands below, and no page', async () => {
    const portal = await openChipPortal();
    for (let number = 1; number <= 20; number += 1)
      await addChip(portal.pia, `M${number}`, number % 2 ? 'Odd' : 'Even');
    const list = await portal.ada.get('/chips?q=m&make=even&sort=-created&page=2&size=8');
    const href = list.$('a.export').attr('href') ?? '';
    expect(Object.fromEntries(new URLSearchParams(href.split('?')[1]))).toEqual({
      q: 'm',
      make: 'even',
      sort: '-created',
      format: 'csv',
    });
    expect(list.text('a.export')).toBe('Export (CSV)');
    expect(list.$('a.export[download]')).toHaveLength(0);
    const rows = csvIn(await portal.ada.get(href), 'chips');
    expect(columnOf(rows, 'Model')).toEqual([20, 18, 16, 14, 12, 10, 8, 6, 4, 2].map((number) => `M${number}`));
  });

  it('lets nothing be a formula', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, '-1+1', '=SUM(A1)');
    const { body } = await portal.ada.get('/chips?format=csv');
    expect(body).toContain(`"'=SUM(A1)","'-1+1"`);
  });

  it('tells how certificates stand as the list does', async () => {
    const portal = await openChipPortal();
    await submitChip(portal, 'X1');
    await chipIn(portal, 'rejected', 'X2');
    loseTrust(portal);
    const rows = csvIn(await portal.ada.get('/chips?format=csv'), 'chips');
    expect(columnOf(rows, 'Status of the certificate')).toEqual(['', 'Untrusted']);
    expect(columnOf(csvIn(await portal.ada.get('/chips?status=untrusted&format=csv'), 'chips'), 'Model')).toEqual([
      'X1',
    ]);
    expect(columnOf(csvIn(await portal.pia.get('/chips?status=untrusted&format=csv'), 'chips'), 'Model')).toEqual([
      'X1',
    ]);
  });

  it('speaks the reader’s language', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'X1');
    await portal.pia.post('/language', { language: 'fr' });
    const rows = csvIn(await portal.pia.get('/chips?format=csv'), 'chips');
    expect(rows[0]).toContain('Modèle');
  });

  it('has all rows, more than a block of them, each once', async () => {
    const size = { providers: 20, chips: 4_500, entries: 10 };
    const { ada, pia } = await openCrowd(size);
    for (const [query, expected] of [
      ['', 4_600],
      ['q=ftm&', 4_600],
      ['sort=make&', 4_600],
      ['q=ftm&sort=-make&', 4_600],
      ['q=make1&sort=model&', 517],
      ['status=approved&', 2_700],
    ] as const) {
      const ids = columnOf(csvIn(await ada.get(`/chips?${query}format=csv`), 'chips'), 'ID');
      expect([query, ids.length, new Set(ids).size]).toEqual([query, expected, expected]);
    }
    expect(csvIn(await pia.get('/chips?q=ftm&format=csv'), 'chips')).toHaveLength(101);
  });

  it('is told of in the trail; looking at the list is not', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'X1');
    const before = portal.trail().length;
    await portal.ada.get('/chips?status=approved');
    expect(portal.trail()).toHaveLength(before);
    await portal.ada.get('/chips?page=3&q=x1&format=csv');
    const row = portal.trail().at(-1);
    expect(row).toMatchObject({ action: 'chip.export', actor: 'ada', outcome: 'done', thing_id: null });
    expect(JSON.parse(row?.detail ?? '')).toEqual({ list: '/chips?q=x1&format=csv', rows: '1' });
  });

  it('is no other format, and nobody’s who is not signed in', async () => {
    const portal = await openChipPortal();
    expect((await portal.ada.get('/chips?format=xml')).headers['content-type']).toContain('text/html');
    const refused = await portal.guest.get('/chips?format=csv');
    expect([refused.status, refused.location]).toEqual([303, `/login?next=${encodeURIComponent('/chips?format=csv')}`]);
    const fragment = await portal.guest.get('/chips?format=csv', HTMX);
    expect([fragment.status, fragment.body]).toEqual([204, '']);
  });
});
