import { expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { HTMX, Visitor } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { expectRedirect, isSignedIn } from './support.ts';

test('signing out ends the session, in the browser and on the server', async () => {
  const portal = await openPortal();
  await portal.pia.post('/language', { language: 'fr' });
  const copy = new Visitor(portal.app, portal.pia.cookies);
  const answer = await portal.pia.post('/logout');
  expectRedirect(answer, '/login');
  expect(answer.headers['clear-site-data']).toBe('"storage"');
  expect(portal.pia.cookies.has('pmp_session')).toBe(false);
  expect(portal.pia.cookies.get('pmp_language')).toBe('fr');
  expect(await isSignedIn(copy)).toBe(false);
  expect((await portal.pia.get('/login')).flash).toBe('signed-out');
  expect(await isSignedIn(portal.otto)).toBe(true);
});

test('htmx is told to go to sign-in', async () => {
  const { pia } = await openPortal();
  expectRedirect(await pia.post('/logout', {}, HTMX), '/login', 204);
});

test('again, and signed out, leads to sign-in', async () => {
  const { pia, guest } = await openPortal();
  await pia.post('/logout');
  expectRedirect(await pia.post('/logout'), '/login?next=%2F');
  expectRedirect(await guest.post('/logout'), '/login?next=%2F');
});

test('the admin and a deactivated partner can sign out', async () => {
  const portal = await openPortal();
  deactivate(portal, 'otto');
  for (const visitor of [portal.ada, portal.otto]) expectRedirect(await visitor.post('/logout'), '/login');
});

test('a GET changes nothing and leads home', async () => {
  const { pia } = await openPortal();
  expectRedirect(await pia.get('/logout'), '/');
  expect(await isSignedIn(pia)).toBe(true);
});

test('is written down', async () => {
  const portal = await openPortal();
  await portal.pia.post('/logout');
  expect(portal.trail().at(-1)).toMatchObject({ action: 'session.end', actor: 'pia', outcome: 'done' });
});
