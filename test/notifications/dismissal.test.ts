import { beforeEach, describe, expect, it } from 'vitest';
import { type ChipPortal, chipIn, openChipPortal } from '../chips/support.ts';
import { HTMX, ORIGIN } from '../support/visitor.ts';
import { kindsIn, toldTo, unreadIn } from './support.ts';

let portal: ChipPortal;
const ids = () => toldTo(portal, 'pia').map(({ id }) => id);
const dismissed = () => toldTo(portal, 'pia').map(({ dismissed_at }) => dismissed_at !== null);
const oldest = () => `/notifications/${ids()[0]}/dismissal`;

beforeEach(async () => {
  portal = await openChipPortal();
  await chipIn(portal, 'approved', 'X1');
  await chipIn(portal, 'approved', 'X2');
});

describe('POST /notifications/:id/dismissal', () => {
  it('puts one notification away; it stays in the list as dismissed', async () => {
    const answer = await portal.pia.post(oldest());
    expect([answer.status, answer.location]).toEqual([303, '/notifications']);
    expect(dismissed()).toEqual([true, false]);
    const page = await portal.pia.get('/notifications?sort=at');
    expect(page.flash).toBe('notification-dismissed');
    expect(unreadIn(page)).toBe(1);
    expect(
      page
        .$('td[data-state]')
        .toArray()
        .map((cell) => page.$(cell).attr('data-state')),
    ).toEqual(['dismissed', 'unread']);
    expect(page.$('tr[data-id] form')).toHaveLength(1);
  });

  it('leads back to the list as it was', async () => {
    const answer = await portal.pia.post(oldest(), {}, { referer: `${ORIGIN}/notifications?state=unread&size=16` });
    expect(answer.location).toBe('/notifications?state=unread&size=16');
    const elsewhere = await portal.pia.post(oldest(), {}, { referer: `${ORIGIN}/chips?status=approved` });
    expect(elsewhere.location).toBe('/notifications');
  });

  it('is the same the second time, and keeps when it was first', async () => {
    await portal.pia.post(oldest());
    const first = toldTo(portal, 'pia');
    expect((await portal.pia.post(oldest())).status).toBe(303);
    expect(toldTo(portal, 'pia')).toEqual(first);
  });

  it("does not know somebody else's, nor one that is not there", async () => {
    for (const other of [portal.otto, portal.ada]) expect((await other.post(oldest())).status).toBe(404);
    for (const id of ['999999', '0', '-1', '1.0', '1e0', 'x', '9'.repeat(40)])
      expect([id, (await portal.pia.post(`/notifications/${id}/dismissal`)).status]).toEqual([id, 404]);
    expect(dismissed()).toEqual([false, false]);
  });

  it('is refused from another site and without being signed in', async () => {
    expect((await portal.pia.post(oldest(), {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await portal.guest.post(oldest())).location).toMatch(/^\/login\?next=/);
    expect(dismissed()).toEqual([false, false]);
  });

  it('gives htmx the panel and the bell as they are now, and the message', async () => {
    const from = { ...HTMX, 'hx-current-url': `${ORIGIN}/chips` };
    const answer = await portal.pia.post(oldest(), { view: 'panel' }, from);
    expect(answer.status).toBe(200);
    expect(unreadIn(answer)).toBe(1);
    expect(answer.flash).toBe('notification-dismissed');
    expect(
      answer
        .$('[data-notification]')
        .toArray()
        .map((item) => answer.$(item).attr('data-notification')),
    ).toEqual([String(ids()[1])]);
    expect(answer.$('#notification-list')).toHaveLength(0);
    expect(answer.$('#notification-panel-title[autofocus]')).toHaveLength(1);
  });

  it('gives htmx the list besides, as it was asked for, when it comes from there', async () => {
    const from = { ...HTMX, 'hx-current-url': `${ORIGIN}/notifications?state=unread` };
    const answer = await portal.pia.post(oldest(), { view: 'list' }, from);
    expect(kindsIn(answer)).toEqual(['chip-approved']);
    expect(answer.$('#notification-list[autofocus]')).toHaveLength(1);
    expect(answer.$('#notification-panel-title[autofocus]')).toHaveLength(0);
  });

  it('is no row of the trail', async () => {
    const before = portal.trail().length;
    await portal.pia.post(oldest());
    await portal.otto.post(oldest());
    expect(portal.trail()).toHaveLength(before);
  });
});

describe('POST /notifications/dismissals', () => {
  it('dismisses all of them, and nothing of anybody else', async () => {
    await chipIn(portal, 'pending_approval', 'X3');
    const answer = await portal.pia.post('/notifications/dismissals');
    expect([answer.status, answer.location]).toEqual([303, '/notifications']);
    expect(dismissed()).toEqual([true, true]);
    expect(toldTo(portal, 'ada').map(({ dismissed_at }) => dismissed_at)).toEqual([null]);
    const page = await portal.pia.get('/notifications');
    expect([page.flash, unreadIn(page)]).toEqual(['notifications-dismissed', 0]);
    expect(page.$('form[action="/notifications/dismissals"]')).toHaveLength(0);
  });

  it('leaves what came after the page was made', async () => {
    const page = await portal.pia.get('/notifications');
    const upTo = page.$('main form[action="/notifications/dismissals"] [name=upTo]').attr('value') ?? '';
    await chipIn(portal, 'approved', 'X3');
    await portal.pia.post('/notifications/dismissals', { upTo });
    expect(dismissed()).toEqual([true, true, false]);
  });

  it.each(['', 'x', '-1', '1e3'])('takes %j for all', async (upTo) => {
    await portal.pia.post('/notifications/dismissals', { upTo });
    expect(dismissed()).toEqual([true, true]);
  });

  it('gives htmx the empty panel', async () => {
    const answer = await portal.pia.post('/notifications/dismissals', { view: 'panel' }, HTMX);
    expect(answer.text('body')).toContain('Nothing new.');
    expect(unreadIn(answer)).toBe(0);
  });

  it('has thousands of them', async () => {
    const { $client } = portal.db;
    $client.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
      INSERT INTO notifications (account_id, kind, thing_id, about, search_key, at)
        SELECT '${portal.idOf('pia')}', 'chip-approved', 'k' || i, 'M ' || i, 'm ' || i, 1 FROM n`);
    await portal.pia.post('/notifications/dismissals');
    expect(new Set(dismissed())).toEqual(new Set([true]));
    expect(dismissed()).toHaveLength(2502);
  });
});
