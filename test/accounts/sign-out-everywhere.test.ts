import { expect, test } from 'vitest';
import { openPortal, PASSWORD } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { expectRedirect, isSignedIn } from './support.ts';

test('ends every session of the account, and of nobody else', async () => {
  const portal = await openPortal();
  const elsewhere = portal.visitor();
  await elsewhere.post('/login', { identifier: 'pia', password: PASSWORD });
  expect(await isSignedIn(elsewhere)).toBe(true);
  const answer = await portal.pia.post('/profile/sign-out-everywhere');
  expectRedirect(answer, '/login');
  expect(answer.headers['clear-site-data']).toBe('"storage"');
  expect((await portal.pia.get('/login')).flash).toBe('signed-out-everywhere');
  for (const visitor of [portal.pia, elsewhere]) expect(await isSignedIn(visitor)).toBe(false);
  for (const visitor of [portal.otto, portal.ada]) expect(await isSignedIn(visitor)).toBe(true);
  expect(portal.trail().at(-1)).toMatchObject({ action: 'session.end-all', actor: 'pia', outcome: 'done' });
});

test('again, and signed out, leads to sign-in', async () => {
  const { pia } = await openPortal();
  await pia.post('/profile/sign-out-everywhere');
  expectRedirect(await pia.post('/profile/sign-out-everywhere'), '/login?next=%2F');
});

test('a deactivated partner can do it', async () => {
  const portal = await openPortal();
  deactivate(portal, 'pia');
  expectRedirect(await portal.pia.post('/profile/sign-out-everywhere'), '/login');
});

test('tells htmx to go on', async () => {
  const { ada } = await openPortal();
  expectRedirect(await ada.post('/profile/sign-out-everywhere', {}, HTMX), '/login', 204);
});
