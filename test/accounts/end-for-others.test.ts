import { describe, expect, test } from 'vitest';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import { HTMX, type Visitor } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { expectRedirect, isSignedIn } from './support.ts';

/** A further admin, signed in. */
async function withAbe(): Promise<{ portal: Portal; abe: Visitor }> {
  const portal = await openPortal();
  const names = { firstName: 'Abe', lastName: 'Second', email: 'abe@authority.example', username: 'abe' };
  await portal.ada.post('/admins', { ...names, password: PASSWORD, confirmPassword: PASSWORD });
  const abe = portal.visitor();
  await abe.post('/login', { identifier: 'abe', password: PASSWORD });
  portal.ada.cookies.delete('pmp_flash');
  return { portal, abe };
}

const partner = (portal: Portal, name = 'pia') => `/partners/${portal.idOf(name)}`;
const admin = (portal: Portal, name: string) => `/admins/${portal.idOf(name)}`;

describe('a partner', () => {
  test('is signed out everywhere by an admin, nobody else is; it is written down, and the password still works', async () => {
    const portal = await openPortal();
    const elsewhere = portal.visitor();
    await elsewhere.post('/login', { identifier: 'pia', password: PASSWORD });
    const page = partner(portal);
    const link = (await portal.ada.get(page)).$('.page-header a[href$="/sign-out-everywhere/new"]').attr('href') ?? '';
    const form = (await portal.ada.get(link)).$('main form');
    expect([form.attr('action'), form.find('a').attr('href')]).toEqual([`${page}/sign-out-everywhere`, page]);
    expect(form.text()).toContain('Every session of this account ends at once');
    expectRedirect(await portal.ada.post(form.attr('action') ?? ''), page);
    expect((await portal.ada.get(page)).flash).toBe('account-signed-out');
    for (const visitor of [portal.pia, elsewhere]) expect(await isSignedIn(visitor)).toBe(false);
    for (const visitor of [portal.otto, portal.ada]) expect(await isSignedIn(visitor)).toBe(true);
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'session.end-all',
      actor: 'ada',
      outcome: 'done',
      thing_id: portal.idOf('pia'),
    });
    expect((await portal.pia.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(303);
  });

  test('who is deactivated, and still reads, is signed out as well', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    expect(await isSignedIn(portal.pia)).toBe(true);
    await portal.ada.post(`${partner(portal)}/sign-out-everywhere`);
    expect(await isSignedIn(portal.pia)).toBe(false);
  });

  test('cannot do it to others, nor to itself in this way', async () => {
    const portal = await openPortal();
    for (const name of ['otto', 'pia']) {
      const answer = await portal.pia.post(`${partner(portal, name)}/sign-out-everywhere`);
      expect([answer.status, answer.codes]).toEqual([403, ['KER-ATH-403']]);
    }
    for (const visitor of [portal.pia, portal.otto]) expect(await isSignedIn(visitor)).toBe(true);
  });
});

describe('an admin', () => {
  test('is signed out everywhere by another, from the menu of the list', async () => {
    const { portal, abe } = await withAbe();
    const path = `${admin(portal, 'abe')}/sign-out-everywhere`;
    const list = await portal.ada.get('/admins');
    expect(list.$(`#admin-${portal.idOf('abe')} a[href="${path}/new"]`).text()).toBe('Sign out everywhere');
    expectRedirect(await portal.ada.post(path, {}, HTMX), '/admins', 204);
    expect((await portal.ada.get('/admins')).flash).toBe('account-signed-out');
    expect(await isSignedIn(abe)).toBe(false);
    expect(await isSignedIn(portal.ada)).toBe(true);
  });

  test('who does it to the own account signs in anew', async () => {
    const portal = await openPortal();
    expectRedirect(await portal.ada.post(`${admin(portal, 'ada')}/sign-out-everywhere`), '/login');
    expect((await portal.ada.get('/login')).flash).toBe('signed-out-everywhere');
    expect(await isSignedIn(portal.ada)).toBe(false);
  });
});

test.each(['GET', 'POST'] as const)(
  '%s of an account that is not there, or of the other role, is a 404',
  async (method) => {
    const portal = await openPortal();
    for (const account of ['/partners/nobody', `/partners/${portal.idOf('ada')}`, `/admins/${portal.idOf('pia')}`]) {
      const path = `${account}/sign-out-everywhere`;
      const answer = method === 'GET' ? await portal.ada.get(`${path}/new`) : await portal.ada.post(path);
      expect(answer.status, path).toBe(404);
    }
    for (const visitor of [portal.ada, portal.pia]) expect(await isSignedIn(visitor)).toBe(true);
  },
);
