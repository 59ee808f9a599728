import { expect, test } from 'vitest';
import { openEmptyPortal, openPortal, PASSWORD, REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { accountColumn, expectRedirect } from './support.ts';

test('is kept with the account, for pages and mails', async () => {
  const portal = await openPortal();
  expectRedirect(await portal.pia.post('/language', { language: 'fr', back: '/profile' }), '/profile');
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
  expectRedirect(await portal.guest.post('/language', { language: 'ar', back: '/register' }), '/register');
  expect(portal.guest.cookies.get('pmp_language')).toBe('ar');
  expect(portal.trail()).toHaveLength(rows);
  const page = await portal.guest.get('/register');
  expect(page.$('html').attr()).toMatchObject({ lang: 'ar', dir: 'rtl' });
  expect(page.$('[name=language] option[selected]').attr('value')).toBe('ar');
});

test.each([
  ['the page named', { back: '/chips?page=2' }, {}, '/chips?page=2'],
  ['the page it came from', {}, { referer: 'http://pmp.test/register?x=1' }, '/register?x=1'],
  ['home without either', {}, {}, '/'],
  ['home, never to another site', { back: '//evil.example' }, {}, '/'],
  ['home, when it came from nowhere', {}, { referer: 'about:blank' }, '/'],
])('leads back to %s', async (_, form, headers, path) => {
  const { guest } = await openPortal();
  expectRedirect(await guest.post('/language', { language: 'en', ...form }, headers), path);
});

test('tells htmx to go on, and a GET leads home', async () => {
  const { guest } = await openPortal();
  expectRedirect(await guest.post('/language', { language: 'en', back: '/login' }, HTMX), '/login', 204);
  expectRedirect(await guest.get('/language'), '/');
});

test.each([{}, { language: 'de' }, { language: '' }, { language: ['en', 'fr'] }, { language: '__proto__' }])(
  '%j cannot be spoken: 400, nothing is changed',
  async (form) => {
    const portal = await openPortal();
    const answer = await portal.pia.post('/language', form);
    expect(answer.status).toBe(400);
    expect(accountColumn(portal, 'pia', 'language')).toBe('en');
    expect(portal.pia.cookies.get('pmp_language')).toBe('en');
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
  const page = await guest.get('/login', { 'accept-language': 'fr' });
  expect(page.status).toBe(200);
  expect(page.$('html').attr('lang')).toBe('fr');
});

test('the account decides once one has signed in, and the browser remembers it when one has signed out', async () => {
  const portal = await openPortal();
  await portal.pia.post('/language', { language: 'ar' });
  const browser = portal.visitor();
  browser.cookies.set('pmp_language', 'fr');
  expect((await browser.get('/login')).$('html').attr('lang')).toBe('fr');
  expectRedirect(await browser.post('/login', { identifier: 'pia', password: PASSWORD }), '/');
  expect((await browser.get('/')).$('html').attr()).toMatchObject({ lang: 'ar', dir: 'rtl' });
  expectRedirect(await browser.post('/logout'), '/login');
  expect((await browser.get('/login')).$('html').attr('lang')).toBe('ar');
});

test('the one chosen at registration is spoken from then on', async () => {
  const portal = await openPortal();
  const browser = portal.visitor();
  const nora = { ...REGISTRATION, email: 'nora@acme.example', username: 'nora', language: 'fr' };
  expectRedirect(await browser.post('/register', nora), '/consent');
  expect((await browser.get('/consent')).$('html').attr('lang')).toBe('fr');
  expect(browser.cookies.get('pmp_language')).toBe('fr');
});

test('admins get the language of the page on which their account was made', async () => {
  const portal = await openPortal();
  await portal.ada.post('/language', { language: 'fr' });
  const { firstName, lastName, password, confirmPassword } = REGISTRATION;
  const admin = { firstName, lastName, password, confirmPassword, email: 'bo@authority.example', username: 'bo' };
  expectRedirect(await portal.ada.post('/admins', admin), '/admins');
  expect(accountColumn(portal, 'bo', 'language')).toBe('fr');
});

test('the first admin likewise', async () => {
  const portal = await openEmptyPortal();
  const browser = portal.visitor();
  await browser.post('/language', { language: 'ar' });
  const { firstName, lastName, password, confirmPassword } = REGISTRATION;
  const admin = { firstName, lastName, password, confirmPassword, email: 'bo@authority.example', username: 'bo' };
  expectRedirect(await browser.post(`/setup?token=${portal.token}`, admin), '/');
  expect((await browser.get('/')).$('html').attr('lang')).toBe('ar');
});
