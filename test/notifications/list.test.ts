import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { chipIn, openChipPortal, submitChip, totalOf } from '../chips/support.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { addCa, kindsIn, remind, unreadIn } from './support.ts';

/** Pia was told of an approved, a rejected and, of the newest, again an approved chip. */
async function toldPia() {
  const portal = await openChipPortal();
  await chipIn(portal, 'approved', 'Alpha');
  await chipIn(portal, 'rejected', 'Beta');
  await chipIn(portal, 'approved', 'Gamma');
  return portal;
}

const shownIn = (page: Awaited<ReturnType<Portal['ada']['get']>>) =>
  page
    .$('tr[data-id] th')
    .toArray()
    .map((cell) => /Alpha|Beta|Gamma/.exec(page.$(cell).text())?.[0]);

describe('GET /notifications', () => {
  it('shows what one was told, newest first, with how many are new', async () => {
    const portal = await toldPia();
    const page = await portal.pia.get('/notifications');
    expect(page.status).toBe(200);
    expect(kindsIn(page)).toEqual(['chip-approved', 'chip-rejected', 'chip-approved']);
    expect(shownIn(page)).toEqual(['Gamma', 'Beta', 'Alpha']);
    expect([totalOf(page), unreadIn(page)]).toEqual([3, 3]);
    const row = page.$('tr[data-id]').first();
    expect(row.attr('id')).toBe(`notification-${row.attr('data-id')}`);
    expect(page.$('h1').text()).toBe('Notifications');
  });

  it('shows nothing of what others were told', async () => {
    const portal = await toldPia();
    for (const other of [portal.otto, portal.ada]) {
      const page = await other.get('/notifications');
      expect([kindsIn(page), totalOf(page), unreadIn(page)]).toEqual([[], 0, 0]);
      expect(page.text()).toContain('You have not been told anything yet.');
    }
  });

  it('leads somebody who is not signed in to signing in', async () => {
    const { guest } = await openPortal();
    expect((await guest.get('/notifications')).location).toBe('/login?next=%2Fnotifications');
  });

  it.each([
    ['kind=chip-rejected', ['Beta']],
    ['kind=chip-waiting', []],
    ['kind=nonsense', ['Gamma', 'Beta', 'Alpha']],
    ['state=unread', ['Gamma', 'Beta']],
    ['state=dismissed', ['Alpha']],
    ['state=nonsense', ['Gamma', 'Beta', 'Alpha']],
    ['q=beta', ['Beta']],
    ['q=ACME', ['Gamma', 'Beta', 'Alpha']],
    ['q=not%20this', ['Beta']],
    ['q=%25', []],
    ['from=2000-01-01&to=2999-01-01', ['Gamma', 'Beta', 'Alpha']],
    ['from=2999-01-01', []],
    ['to=2000-01-01', []],
    ['from=nonsense', ['Gamma', 'Beta', 'Alpha']],
    ['sort=at', ['Alpha', 'Beta', 'Gamma']],
    ['sort=-at', ['Gamma', 'Beta', 'Alpha']],
    ['sort=nonsense', ['Gamma', 'Beta', 'Alpha']],
    ['kind=chip-approved&state=unread&q=gam&sort=at', ['Gamma']],
  ])('answers ?%s', async (query, models) => {
    const portal = await toldPia();
    const oldest = (await portal.pia.get('/notifications?sort=at')).$('tr[data-id]').first().attr('data-id');
    await portal.pia.post(`/notifications/${oldest}/dismissal`);
    const page = await portal.pia.get(`/notifications?${query}`);
    expect(page.status).toBe(200);
    expect(shownIn(page)).toEqual(models);
    expect(totalOf(page)).toBe(models.length);
  });

  it('has days of the zone as bounds of time', async () => {
    const portal = await openPortal({ PMP_TIME_ZONE: 'Asia/Kolkata' });
    addCa(portal, Date.parse('2028-03-10T12:00:00Z'));
    // In India 1 March begins at 18:30 UTC.
    await remind(portal, Date.parse('2028-02-29T18:30:00Z'));
    const found = async (query: string) => totalOf(await portal.ada.get(`/notifications?${query}`));
    expect(await found('from=2028-03-01')).toBe(1);
    expect(await found('from=2028-03-02')).toBe(0);
    expect(await found('to=2028-03-01')).toBe(1);
    expect(await found('to=2028-02-29')).toBe(0);
  });

  it('has pages', async () => {
    const portal = await openPortal();
    const end = Date.parse('2028-03-10T12:00:00Z');
    for (let count = 0; count < 9; count += 1) addCa(portal, end, `CN=${count}`);
    await remind(portal, end);
    const first = await portal.ada.get('/notifications');
    expect([kindsIn(first).length, totalOf(first)]).toEqual([8, 9]);
    expect(kindsIn(await portal.ada.get('/notifications?page=2'))).toHaveLength(1);
    expect(kindsIn(await portal.ada.get('/notifications?size=16'))).toHaveLength(9);
    const beyond = await portal.ada.get('/notifications?page=3');
    expect([kindsIn(beyond).length, totalOf(beyond), beyond.text('.pages [aria-current]')]).toEqual([8, 9, '1']);
  });

  it('offers only the kinds of the own role', async () => {
    const portal = await openPortal();
    const kinds = (page: Awaited<ReturnType<Portal['ada']['get']>>) =>
      page
        .$('[name=kind] option')
        .toArray()
        .map((option) => page.$(option).attr('value'));
    expect(kinds(await portal.ada.get('/notifications'))).toEqual([
      '',
      'ca-ends',
      'signing-ca-stops',
      'chip-waiting',
      'mails-given-up',
    ]);
    expect(kinds(await portal.pia.get('/notifications'))).not.toContain('chip-waiting');
  });

  it('gives htmx the table alone', async () => {
    const portal = await toldPia();
    const answer = await portal.pia.get('/notifications?kind=chip-rejected', HTMX);
    expect(answer.body.trimStart()).toMatch(/^<div id="notification-list"/);
    expect(kindsIn(answer)).toEqual(['chip-rejected']);
  });

  it('says how long it still is when it is read, not when it was told', async () => {
    const portal = await openPortal();
    addCa(portal, Date.now() + 10 * DAY);
    await remind(portal, Date.now() - 2 * DAY);
    expect((await portal.ada.get('/notifications')).text('tr[data-id]')).toContain('ends in 10 days');
    portal.db.$client.exec('UPDATE accounts SET created_at = 0');
    const past = addCa(portal, Date.now() - 3 * DAY, 'CN=Past');
    await remind(portal, Date.now() - 4 * DAY);
    expect((await portal.ada.get('/notifications?q=past')).text('tr[data-id]')).toMatch(/CN=Past ended 3 days ago/);
    expect((await portal.ada.get('/notifications?q=past')).$(`a[href="/trust-store/${past}"]`)).toHaveLength(1);
  });
});

describe('GET /notifications/panel', () => {
  it('gives htmx the newest that are unread', async () => {
    const portal = await openChipPortal();
    for (let count = 1; count <= 7; count += 1) await submitChip(portal, `X${count}`);
    const panel = await portal.ada.get('/notifications/panel', HTMX);
    expect(panel.status).toBe(200);
    expect(panel.$('[data-notification]')).toHaveLength(6);
    expect(panel.text('li:first-child')).toContain('Acme X7');
    expect(panel.text('body')).not.toContain('Acme X1 ');
    expect(panel.$('a[href="/notifications"]')).toHaveLength(1);
    // The number at the bell may be older than the panel.
    expect(panel.$('[hx-target="#unread-notifications"] [data-unread]').attr('data-unread')).toBe('7');
  });

  it('says so when nothing is new', async () => {
    const { ada } = await openPortal();
    const panel = await ada.get('/notifications/panel', HTMX);
    expect(panel.text('body')).toContain('Nothing new.');
    expect(panel.$('form')).toHaveLength(0);
  });

  it('is the list for a browser without JavaScript', async () => {
    const { ada } = await openPortal();
    expect((await ada.get('/notifications/panel')).location).toBe('/notifications');
  });
});

describe('the bell', () => {
  it('stands on every page of somebody who is signed in, with the number and the way to the page', async () => {
    const portal = await toldPia();
    for (const path of ['/', '/chips', '/profile', '/nowhere']) {
      const page = await portal.pia.get(path);
      expect([path, unreadIn(page)]).toEqual([path, 3]);
      expect(page.text('.bell')).toContain('3 new');
      expect(page.$('#notification-panel a[href="/notifications"]')).toHaveLength(1);
    }
    expect(unreadIn(await portal.guest.get('/login'))).toBeUndefined();
  });

  it('counts to 99', async () => {
    const portal = await openPortal();
    const end = Date.now() + DAY;
    for (let count = 0; count < 99; count += 1) addCa(portal, end, `CN=${count}`);
    await remind(portal, Date.now());
    expect((await portal.ada.get('/')).$('.bell .count').attr('data-shown')).toBe('99');
    addCa(portal, end, 'CN=more');
    await remind(portal, Date.now());
    const page = await portal.ada.get('/');
    expect(page.$('.bell .count').attr('data-shown')).toBe('99+');
    expect(page.text('.bell')).toContain('more than 99 new');
  });
});
