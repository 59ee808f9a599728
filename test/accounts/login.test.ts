import argon2 from 'argon2';
import { describe, expect, test } from 'vitest';
import { openPortal, PASSWORD } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { accountColumn, expectFormRefused, expectNoPassword, expectRedirect } from './support.ts';

describe('the page of sign-in', () => {
  test('shows the form to everybody', async () => {
    const { guest } = await openPortal();
    const page = await guest.get('/login');
    expect(page.status).toBe(200);
    expect(page.codes).toEqual([]);
    for (const field of ['identifier', 'password', 'next'])
      expect(page.$(`form[action="/login"] [name=${field}]`)).toHaveLength(1);
  });

  test('keeps where the person wanted to go, only within the site', async () => {
    const { guest } = await openPortal();
    const next = async (path: string) =>
      (await guest.get(`/login?next=${encodeURIComponent(path)}`)).$('[name=next]').attr('value');
    expect(await next('/chips?page=2&sort=-make')).toBe('/chips?page=2&sort=-make');
    expect(await next('https://evil.example/')).toBe('/');
  });

  test('shows nobody what another one came with', async () => {
    const { guest, pia } = await openPortal();
    await guest.get('/login');
    await guest.post('/login', { identifier: 'somebody', password: 'wrong' });
    await pia.post('/logout', {});
    const signedOut = await pia.get('/login');
    expect(signedOut.$('[data-flash]').attr('data-flash')).toBe('signed-out');
    const page = await guest.get('/login');
    expect(page.$('[data-flash]')).toHaveLength(0);
    expect(page.$('[name=identifier]').val() ?? '').toBe('');
    expect((await guest.get('/login', { 'accept-language': 'ar' })).$('html').attr('dir')).toBe('rtl');
    expect((await guest.get('/login')).$('html').attr('dir')).toBe('ltr');
  });

  test('sends on who is signed in already', async () => {
    const { pia } = await openPortal();
    expectRedirect(await pia.get('/login?next=/profile'), '/profile');
  });
});

describe('signing in', () => {
  test.each([
    ['the username', 'pia'],
    ['the username in another case', 'PIA'],
    ['the e-mail', 'pia@acme.example'],
    ['the e-mail in another case', 'Pia@ACME.example'],
    ['white space around', '  pia '],
  ])('works with %s', async (_, identifier) => {
    const { guest } = await openPortal();
    expectRedirect(await guest.post('/login', { identifier, password: PASSWORD }), '/');
    expect((await guest.get('/profile')).text('.details')).toContain('pia@acme.example');
  });

  test('leads to where the person wanted to go', async () => {
    const { guest } = await openPortal();
    const form = { identifier: 'ada', password: PASSWORD };
    expectRedirect(await guest.post('/login', { ...form, next: '/trust-store?type=root' }), '/trust-store?type=root');
    expectRedirect(await guest.post('/login', { ...form, next: '//evil.example' }), '/');
  });

  test('tells htmx to go on', async () => {
    const { guest } = await openPortal();
    expectRedirect(await guest.post('/login', { identifier: 'pia', password: PASSWORD }, HTMX), '/', 204);
  });

  test('again in another browser keeps the first session', async () => {
    const portal = await openPortal();
    await portal.guest.post('/login', { identifier: 'pia', password: PASSWORD });
    expect((await portal.pia.get('/profile')).status).toBe(200);
    expect((await portal.guest.get('/profile')).status).toBe(200);
  });

  test('is written down with who and from where', async () => {
    const portal = await openPortal();
    await portal.guest.post('/login', { identifier: 'pia@acme.example', password: PASSWORD });
    expect(portal.trail().at(-1)).toMatchObject({ action: 'session.start', actor: 'pia', outcome: 'done', code: null });
    expect(portal.db.$client.prepare('SELECT address FROM audit_entries ORDER BY id DESC').pluck().get()).toBe(
      '127.0.0.1',
    );
  });

  test('makes a hash of other parameters anew, once, when the password is right', async () => {
    const portal = await openPortal();
    const weaker = await argon2.hash(PASSWORD, {
      type: argon2.argon2id,
      memoryCost: 8192,
      timeCost: 1,
      parallelism: 1,
    });
    portal.db.$client.prepare('UPDATE accounts SET password_hash = ? WHERE username = ?').run(weaker, 'pia');
    const hash = () => accountColumn(portal, 'pia', 'password_hash');
    const signIn = async (password: string) =>
      (await portal.visitor().post('/login', { identifier: 'pia', password })).status;
    expect([await signIn('not the right one'), hash()]).toEqual([422, weaker]);
    expect(await signIn(PASSWORD)).toBe(303);
    const renewed = hash();
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect([await signIn(PASSWORD), hash()]).toEqual([303, renewed]);
  });

  test('a deactivated partner may still sign in, a deactivated admin not', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    deactivate(portal, 'ada');
    expect((await portal.guest.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(303);
    expectFormRefused(await portal.visitor().post('/login', { identifier: 'ada', password: PASSWORD }), ['PMP-AU-001']);
  });
});

describe('a failed sign-in', () => {
  const FAILURES: [string, Record<string, string | readonly string[]>][] = [
    ['a wrong password', { identifier: 'pia', password: 'not the right one' }],
    ['the password in another case', { identifier: 'pia', password: PASSWORD.toUpperCase() }],
    ['the password with a space behind', { identifier: 'pia', password: `${PASSWORD} ` }],
    ['no password', { identifier: 'pia' }],
    ['an unknown username', { identifier: 'nobody', password: PASSWORD }],
    ['an unknown e-mail', { identifier: 'nobody@acme.example', password: PASSWORD }],
    ['nothing at all', {}],
    ['fields sent twice', { identifier: ['pia', 'pia'], password: [PASSWORD, PASSWORD] }],
    ['a very long name', { identifier: 'p'.repeat(10_000), password: PASSWORD }],
    ['a very long password', { identifier: 'pia', password: PASSWORD.repeat(1000) }],
    ['SQL in the name', { identifier: "pia' OR '1'='1", password: PASSWORD }],
    ['a NUL in the name', { identifier: 'pia\0', password: PASSWORD }],
  ];

  test.each(FAILURES)('by %s says one thing', async (_, form) => {
    const { guest } = await openPortal();
    const answer = await guest.post('/login', form);
    expectFormRefused(answer, ['PMP-AU-001'], 'E-mail, username or password is wrong.');
    expect(answer.text('[role=alert]')).toBe(
      'Signing in did not work E-mail, username or password is wrong. No account matches what was entered. Try again, or use “Forgot password?”. PMP-AU-001',
    );
    expect([...guest.cookies.keys()]).toEqual([]);
    expect((await guest.get('/profile')).status).toBe(303);
  });

  test('keeps the name and the way, never the password', async () => {
    const { guest } = await openPortal();
    const form = { identifier: '<b>"Pia"</b>', password: 'secret of pia 123', next: '/chips' };
    const answer = await guest.post('/login', form);
    expect(answer.$('[name=identifier]').attr('value')).toBe('<b>"Pia"</b>');
    expect(answer.body).not.toContain('<b>"Pia"');
    expect(answer.$('[name=next]').attr('value')).toBe('/chips');
    expect(answer.body).not.toContain('secret of pia 123');
    expectNoPassword(answer);
  });

  test('is refused to htmx with 422 as well', async () => {
    const { guest } = await openPortal();
    expectFormRefused(await guest.post('/login', { identifier: 'pia', password: 'wrong' }, HTMX), ['PMP-AU-001']);
  });

  test('does not sign out who is signed in', async () => {
    const { pia } = await openPortal();
    expect((await pia.post('/login', { identifier: 'ada', password: 'wrong' })).status).toBe(422);
    expect((await pia.get('/profile')).text('.details')).toContain('pia@acme.example');
  });
});
