import { describe, expect, it } from 'vitest';
import { chipIn, openChipPortal, submitChip } from '../chips/support.ts';
import { columnOf, csvIn } from '../support/csv.ts';
import { openPortal } from '../support/portal.ts';
import { addCa, remind } from './support.ts';

describe('GET /notifications?format=csv', () => {
  it('has everything one was told, in the order of the list', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'rejected', 'Beta');
    await chipIn(portal, 'approved', 'Alpha');
    const rows = csvIn(await portal.pia.get('/notifications?format=csv'), 'notifications');
    expect(rows[0]).toEqual(['ID', 'When', 'Kind', 'What happened', 'Reason', 'State', 'What to do']);
    const list = await portal.pia.get('/notifications');
    const ids = list.$('tr[data-id]').toArray();
    expect(columnOf(rows, 'ID')).toEqual(ids.map((row) => list.$(row).attr('data-id')));
    expect(columnOf(rows, 'Kind')).toEqual(['Chip approved', 'Chip rejected']);
    expect(columnOf(rows, 'What happened')[0]).toContain('Alpha');
    expect(columnOf(rows, 'Reason')[0]).toBe('');
    expect(columnOf(rows, 'Reason')[1]).not.toBe('');
    expect(columnOf(rows, 'State')).toEqual(['New', 'New']);
    expect(columnOf(rows, 'When')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(columnOf(rows, 'What to do')).not.toContain('');
  });

  it('keeps search, filters and order, and no page; nothing of what others were told', async () => {
    const portal = await openChipPortal();
    for (const model of ['Alpha', 'Beta']) await chipIn(portal, 'approved', model);
    await submitChip(portal, 'Gamma');
    const list = await portal.pia.get('/notifications?q=a&kind=chip-approved&sort=at&size=16');
    const href = list.$('a.export').attr('href') ?? '';
    expect(href).toBe('/notifications?q=a&kind=chip-approved&sort=at&format=csv');
    const told = columnOf(csvIn(await portal.pia.get(href), 'notifications'), 'What happened');
    expect(told.map((text) => /Alpha|Beta/.exec(text)?.[0])).toEqual(['Alpha', 'Beta']);
    const found = csvIn(await portal.pia.get('/notifications?q=beta&page=4&format=csv'), 'notifications');
    expect(found).toHaveLength(2);
    expect(csvIn(await portal.otto.get('/notifications?format=csv'), 'notifications')).toHaveLength(1);
  });

  it.each(['', 'sort=at&'])('has all rows, more than a block of them, each once: ?%s', async (query) => {
    const portal = await openPortal();
    const end = Date.parse('2028-03-10T12:00:00Z');
    for (let count = 0; count < 201; count += 1) addCa(portal, end, `CN=${count}`);
    await remind(portal, end);
    const rows = csvIn(await portal.ada.get(`/notifications?${query}format=csv`), 'notifications');
    const ids = columnOf(rows, 'ID').map(Number);
    expect(new Set(ids).size).toBe(201);
    const rising = ids.toSorted((one, other) => one - other);
    expect(ids).toEqual(query === '' ? rising.toReversed() : rising);
  });

  it('is told of in the trail', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved', 'Alpha');
    const before = portal.trail().length;
    await portal.pia.get('/notifications?state=unread');
    expect(portal.trail()).toHaveLength(before);
    await portal.pia.get('/notifications?state=unread&format=csv');
    const row = portal.trail().at(-1);
    expect(row).toMatchObject({ action: 'notification.export', actor: 'pia', outcome: 'done', thing_id: null });
    expect(JSON.parse(row?.detail ?? '')).toEqual({ list: '/notifications?state=unread&format=csv', rows: '1' });
    expect((await portal.ada.get('/audit?action=notification.export')).text('tr[data-id]')).toContain(
      'Notifications exported',
    );
  });
});
