import { expect, test } from 'vitest';
import { openPortal, PASSWORD, REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import {
  askForReset,
  canSignIn,
  expectFormRefused,
  expectNoPassword,
  expectRedirect,
  isSignedIn,
  MINUTE,
  NEW_PASSWORD,
  pass,
  stopClock,
} from './support.ts';

const EMAIL = REGISTRATION.email;
const FORM = { password: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };

test('sets the new password, ends every session and leads to sign-in', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  const page = await portal.guest.get(link);
  expect(page.status).toBe(200);
  const action = page.$('form.card').attr('action') ?? '';
  expectRedirect(await portal.guest.post(action, FORM), '/login');
  expect((await portal.guest.get('/login')).flash).toBe('password-changed');
  expect(await canSignIn(portal, 'pia', NEW_PASSWORD)).toBe(true);
  expect(await canSignIn(portal, 'pia', PASSWORD)).toBe(false);
  expect(await isSignedIn(portal.pia)).toBe(false);
  expect(await isSignedIn(portal.otto)).toBe(true);
});

test('a GET consumes nothing; a POST works once', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  for (let i = 0; i < 3; i += 1) expect((await portal.guest.get(link)).status).toBe(200);
  expect((await portal.guest.post(link, FORM)).status).toBe(303);
  for (const answer of [await portal.guest.get(link), await portal.guest.post(link, FORM)]) {
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 410, codes: ['PMP-AU-004'] });
    expect(answer.$('[name=password]')).toHaveLength(0);
    expect(answer.text('[role=alert]')).toContain('Ask for a new link.');
  }
});

test('two at once: one sets the password, the other finds the link dead', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  const passwords = ['first of two phrases', 'second of two phrases'];
  const answers = await Promise.all(
    passwords.map((password) => portal.visitor().post(link, { password, confirmPassword: password })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
  const winner = answers.findIndex(({ status }) => status === 303);
  expect(await canSignIn(portal, 'pia', passwords[winner] ?? '')).toBe(true);
  expect(await canSignIn(portal, 'pia', passwords[1 - winner] ?? '')).toBe(false);
});

test('lives for 30 minutes', async () => {
  const portal = await openPortal();
  stopClock();
  const link = await askForReset(portal, EMAIL);
  pass(30 * MINUTE - 1);
  expect((await portal.guest.get(link)).status).toBe(200);
  pass(1);
  expect((await portal.guest.get(link)).status).toBe(410);
  expect((await portal.guest.post(link, FORM)).status).toBe(410);
  expect(await canSignIn(portal, 'pia', PASSWORD)).toBe(true);
});

test.each([
  ['no token', '/reset-password'],
  ['an empty token', '/reset-password?token='],
  ['an unknown token', `/reset-password?token=${'A'.repeat(43)}`],
  ['two tokens', '/reset-password?token=a&token=b'],
  ['a token of markup', '/reset-password?token=%3Cscript%3E%00'],
])('%s is a dead link', async (_, path) => {
  const { guest } = await openPortal();
  for (const answer of [await guest.get(path), await guest.post(path, FORM)]) {
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 410, codes: ['PMP-AU-004'] });
    expect(answer.$('form [name=password]')).toHaveLength(0);
  }
});

test('the hash kept in the database is no token, and a link of another purpose neither', async () => {
  const portal = await openPortal();
  await askForReset(portal, EMAIL);
  const hash = portal.db.$client.prepare('SELECT token_hash FROM account_links ORDER BY expires_at DESC').pluck().get();
  expect((await portal.guest.get(`/reset-password?token=${hash}`)).status).toBe(410);
  await portal.pia.post('/profile/email', { email: 'new@acme.example', currentPassword: PASSWORD });
  const mail = portal.mails().at(-1) ?? '';
  const token = /confirmation\?token=(\S+)/.exec(mail)?.[1] ?? '';
  expect(token).not.toBe('');
  expect((await portal.guest.get(`/reset-password?token=${token}`)).status).toBe(410);
});

test('each rule: the form again with the same link, no password in it, the link still alive', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  const refused = async (form: Record<string, string>, reasons: string[], wording: string) => {
    const answer = await portal.guest.post(link, form);
    expectFormRefused(answer, reasons, wording);
    expect(answer.$('form.card').attr('action')).toBe(link);
  };
  await refused({}, ['password PMP-FV-001', 'confirmPassword PMP-FV-001'], 'must be filled in');
  await refused({ password: 'short', confirmPassword: 'short' }, ['password PMP-FV-002'], '5 characters; at least 12');
  await refused({ password: 'qwertyuiop123', confirmPassword: 'qwertyuiop123' }, ['password PMP-AU-003'], 'too common');
  const own = 'Acme Chips Rao 26';
  await refused({ password: own, confirmPassword: own }, ['password PMP-AU-003'], 'made of your own names');
  await refused({ password: EMAIL, confirmPassword: EMAIL }, ['password PMP-AU-003'], 'the username or the e-mail');
  await refused({ ...FORM, confirmPassword: PASSWORD }, ['confirmPassword PMP-FV-004'], 'not the same');
  expect(await canSignIn(portal, 'pia', PASSWORD)).toBe(true);
  expect((await portal.guest.post(link, FORM)).status).toBe(303);
});

test('a link asked for before dies with a change of the password or of the e-mail', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  await portal.pia.post('/profile/password', { currentPassword: PASSWORD, ...FORM });
  expect((await portal.guest.get(link)).status).toBe(410);
  const another = await askForReset(portal, EMAIL);
  await portal.pia.post('/profile/email', { email: 'new@acme.example', currentPassword: NEW_PASSWORD });
  const confirmation = /\/profile\/email\/confirmation\S+/.exec(portal.mails().at(-1) ?? '')?.[0] ?? '';
  expect((await portal.guest.post(confirmation)).status).toBe(303);
  expect((await portal.guest.get(another)).status).toBe(410);
});

test('tells htmx to go on', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  expectRedirect(await portal.guest.post(link, FORM, HTMX), '/login', 204);
});

test('is written down', async () => {
  const portal = await openPortal();
  const answer = await portal.guest.post(await askForReset(portal, EMAIL), FORM);
  expectNoPassword(answer);
  expect(portal.trail().at(-1)).toMatchObject({ action: 'password.reset', actor: 'pia', outcome: 'done' });
});
