import { describe, expect, it } from 'vitest';
import { columnOf, csvIn } from '../support/csv.ts';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import { type Answer, HTMX } from '../support/visitor.ts';

/** Ada, then Ben (deactivated), then Cy: who were added one after the other. */
async function openFilled(): Promise<Portal> {
  const portal = await openPortal();
  for (const [username, firstName, lastName] of [
    ['ben', 'Benoît', 'Zed'],
    ['cy', 'Cyrus', 'Abel'],
  ] as const) {
    const form = { firstName, lastName, email: `${username}@authority.example`, username };
    const added = await portal.ada.post('/admins', { ...form, password: PASSWORD, confirmPassword: PASSWORD });
    expect(added.status).toBe(303);
  }
  await portal.ada.post(`/admins/${portal.idOf('ben')}/deactivation`, { reason: 'retired' });
  portal.ada.cookies.delete('pmp_flash');
  return portal;
}

const names = (answer: Answer) =>
  answer
    .$('tr[data-id] th')
    .toArray()
    .map((element) => answer.$(element).text().trim());

describe('GET /admins', () => {
  it('lists every admin, the newest first, and no partner', async () => {
    const { ada, idOf } = await openFilled();
    const list = await ada.get('/admins');
    expect([list.status, names(list), list.$('[data-total]').attr('data-total')]).toEqual([
      200,
      ['cy', 'ben', 'ada'],
      '3',
    ]);
    expect(list.$(`#admin-${idOf('ben')} [data-status]`).attr('data-status')).toBe('deactivated');
    expect(list.$(`#admin-${idOf('cy')} a[href="/admins/${idOf('cy')}/deactivation/new"]`)).toHaveLength(1);
    expect(list.$(`#admin-${idOf('ben')} a[href$="/deactivation/new"]`)).toHaveLength(0);
    expect(list.$(`#admin-${idOf('cy')} a[href="/audit?thing=${idOf('cy')}"]`)).toHaveLength(1);
    expect(list.$(`#admin-${idOf('cy')} a[href="/audit?actor=cy"]`)).toHaveLength(1);
  });

  it.each([
    ['q=ben', ['ben']],
    ['q=BENOÎT', ['ben']],
    ['q=c', ['cy']],
    ['q=cy+abel', ['cy']],
    ['q=cy+zed', []],
    ['q=pia', []],
    ['q=authority.example', ['cy', 'ben', 'ada']],
    ['username=be', ['ben']],
    ['username=en', []],
    ['name=zed', ['ben']],
    ['email=cy%40authority', ['cy']],
    ['status=active', ['cy', 'ada']],
    ['status=deactivated', ['ben']],
    ['status=deactivated&q=cy', []],
    ['status=nonsense', ['cy', 'ben', 'ada']],
    ['sort=username', ['ada', 'ben', 'cy']],
    ['sort=-username', ['cy', 'ben', 'ada']],
    ['sort=name', ['ada', 'ben', 'cy']],
    ['sort=created', ['ada', 'ben', 'cy']],
    ['sort=-email', ['cy', 'ben', 'ada']],
    ['sort=status', ['ada', 'cy', 'ben']],
    ['sort=password_hash', ['cy', 'ben', 'ada']],
    ['page=2', ['cy', 'ben', 'ada']],
    ['page=0&size=7', ['cy', 'ben', 'ada']],
    ['q=%22%29+OR+%28%22', []],
  ])('answers ?%s', async (query, expected) => {
    const { ada } = await openFilled();
    const list = await ada.get(`/admins?${query}`);
    expect([list.status, names(list)]).toEqual([200, expected]);
    expect(list.$('[data-total]').attr('data-total')).toBe(String(expected.length));
    if (expected.length === 0) expect(list.$('.empty a[href="/admins"]')).toHaveLength(1);
  });

  it('gives htmx the table alone, with the address without what is empty', async () => {
    const { ada } = await openFilled();
    const fragment = await ada.get('/admins?q=ben&username=&name=&email=&status=&sort=&page=1&size=8', HTMX);
    expect(fragment.body.trimStart()).toMatch(/^<div id="admin-list"/);
    expect(fragment.headers['hx-push-url']).toBe('/admins?q=ben');
    expect((await ada.get('/admins?q=&username=', HTMX)).headers['hx-push-url']).toBe('/admins');
  });

  it('is handed out as CSV, told of in the trail', async () => {
    const portal = await openFilled();
    const rows = csvIn(await portal.ada.get('/admins?status=active&format=csv'), 'admins');
    expect(rows[0]).toEqual(['ID', 'Username', 'First name', 'Last name', 'E-mail', 'Since', 'Status']);
    expect(columnOf(rows, 'Username')).toEqual(['cy', 'ada']);
    expect(JSON.stringify(rows)).not.toContain('argon2');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'admin.export', actor: 'ada' });
  });

  it('is for admins, in every form', async () => {
    const { pia, guest } = await openPortal();
    for (const page of ['/admins', '/admins?format=csv']) {
      expect((await pia.get(page)).codes).toEqual(['KER-ATH-403']);
      expect((await guest.get(page)).location).toBe(`/login?next=${encodeURIComponent(page)}`);
    }
  });
});
