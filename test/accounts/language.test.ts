import { expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { accountColumn, expectRedirect } from './support.ts';

test('is kept with the account, for pages and mails', async () => {
  const portal = await openPortal();
  expectRedirect(await portal.pia.post('/language', { language: 'fr', next: '/profile' }), '/profile');
  expect(accountColumn(portal, 'pia', 'language')).toBe('fr');
  expect(accountColumn(portal, 'otto', 'language')).toBe('en');
  const page = await portal.pia.get('/profile');
  expect(page.$('main form[action="/language"] option[selected]').attr('value')).toBe('fr');
  expect(portal.trail().at(-1)).toMatchObject({
    action: 'language.change',
    actor: 'pia',
    outcome: 'done',
    detail: '{"language":"fr"}',
  });
});

test('is kept in a cookie for who is signed out, and leaves no row', async () => {
  const portal = await openPortal();
  const rows = portal.trail().length;
  expectRedirect(await portal.guest.post('/language', { language: 'ar', next: '/register' }), '/register');
  expect(portal.guest.cookies.get('pmp_language')).toBe('ar');
  expect(portal.trail()).toHaveLength(rows);
  expect((await portal.guest.get('/register')).$('[name=language] option[selected]').attr('value')).toBe('en');
});

test.each([
  ['the page named', { next: '/chips?page=2' }, {}, '/chips?page=2'],
  ['the page it came from', {}, { referer: 'http://pmp.test/register?x=1' }, '/register?x=1'],
  ['home without either', {}, {}, '/'],
  ['home, never to another site', { next: '//evil.example' }, {}, '/'],
  ['home, when it came from nowhere', {}, { referer: 'about:blank' }, '/'],
])('leads back to %s', async (_, form, headers, path) => {
  const { guest } = await openPortal();
  expectRedirect(await guest.post('/language', { language: 'en', ...form }, headers), path);
});

test('tells htmx to go on, and a GET leads home', async () => {
  const { guest } = await openPortal();
  expectRedirect(await guest.post('/language', { language: 'en', next: '/login' }, HTMX), '/login', 204);
  expectRedirect(await guest.get('/language'), '/');
});

test.each([{}, { language: 'de' }, { language: '' }, { language: ['en', 'fr'] }, { language: '__proto__' }])(
  '%j cannot be spoken: 400, nothing is changed',
  async (form) => {
    const portal = await openPortal();
    const answer = await portal.pia.post('/language', form);
    expect(answer.status).toBe(400);
    expect(accountColumn(portal, 'pia', 'language')).toBe('en');
    expect(portal.pia.cookies.has('pmp_language')).toBe(false);
  },
);

test('a deactivated partner may change it', async () => {
  const portal = await openPortal();
  deactivate(portal, 'pia');
  expectRedirect(await portal.pia.post('/language', { language: 'fr' }), '/');
  expect(accountColumn(portal, 'pia', 'language')).toBe('fr');
});

test('a cookie of no language is passed over', async () => {
  const { guest } = await openPortal();
  guest.cookies.set('pmp_language', 'xx');
  const page = await guest.get('/login', { 'accept-language': 'de, en;q=0.5' });
  expect(page.status).toBe(200);
  expect(page.$('html').attr('lang')).toBe('en');
});
