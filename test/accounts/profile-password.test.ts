import { expect, test } from 'vitest';
import { signIn } from '../../src/accounts/sign-in/sign-in.ts';
import { openPortal, PASSWORD } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import {
  accountColumn,
  canSignIn,
  changed,
  expectFormRefused,
  expectNoPassword,
  expectRedirect,
  isSignedIn,
  NEW_PASSWORD,
  pass,
  SECOND,
  stopClock,
} from './support.ts';

const FORM = { currentPassword: PASSWORD, password: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };

test('changes the password, ends every session of the account and begins a new one here', async () => {
  const portal = await openPortal();
  const elsewhere = portal.visitor();
  await elsewhere.post('/login', { identifier: 'pia', password: PASSWORD });
  const before = portal.pia.cookies.get('pmp_session');
  expectRedirect(await portal.pia.post('/profile/password', FORM), '/profile');
  expect(portal.pia.cookies.get('pmp_session')).not.toBe(before);
  expect((await portal.pia.get('/profile')).flash).toBe('password-changed');
  expect(await isSignedIn(elsewhere)).toBe(false);
  expect(await isSignedIn(portal.otto)).toBe(true);
  expect(await canSignIn(portal, 'pia', NEW_PASSWORD)).toBe(true);
  expect(await canSignIn(portal, 'pia', PASSWORD)).toBe(false);
});

test.each([
  [{ currentPassword: 'not the right one' }, ['currentPassword PMP-AU-001'], 'The current password is wrong.'],
  [{ currentPassword: undefined }, ['currentPassword PMP-FV-001'], 'must be filled in'],
  [{ password: 'elevenchars', confirmPassword: 'elevenchars' }, ['password PMP-FV-002'], '11 characters; at least 12'],
  [{ password: 'qwertyuiop123', confirmPassword: 'qwertyuiop123' }, ['password PMP-AU-003'], 'too common'],
  [{ password: 'PIA@acme.example', confirmPassword: 'PIA@acme.example' }, ['password PMP-AU-003'], 'too easy'],
  [{ password: 'Acme Chips Rao 26', confirmPassword: 'Acme Chips Rao 26' }, ['password PMP-AU-003'], 'your own names'],
  [{ confirmPassword: 'something different' }, ['confirmPassword PMP-FV-004'], 'are not the same'],
  [
    { currentPassword: undefined, password: undefined, confirmPassword: undefined },
    ['currentPassword PMP-FV-001', 'password PMP-FV-001', 'confirmPassword PMP-FV-001'],
    'must be filled in',
  ],
])('refuses %j', async (changes, reasons, wording) => {
  const portal = await openPortal();
  const hash = accountColumn(portal, 'pia', 'password_hash');
  expectFormRefused(await portal.pia.post('/profile/password', changed(FORM, changes)), reasons, wording);
  expect(accountColumn(portal, 'pia', 'password_hash')).toBe(hash);
  expect(await isSignedIn(portal.pia)).toBe(true);
  expect(portal.trail().at(-1)).toMatchObject({
    action: 'password.change',
    actor: 'pia',
    outcome: 'refused',
    code: reasons.map((reason) => reason.split(' ')[1]).join(' '),
  });
});

test('the password and the end of the sessions go together: where one fails, both are as before', async () => {
  const portal = await openPortal();
  const refuse = "CREATE TRIGGER kept BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'kept'); END";
  portal.db.$client.exec(refuse);
  expect((await portal.pia.post('/profile/password', FORM)).status).toBe(500);
  expect(portal.trail().filter(({ action, outcome }) => action === 'password.change' && outcome === 'done')).toEqual(
    [],
  );
  portal.db.$client.exec('DROP TRIGGER kept');
  expect(await canSignIn(portal, 'pia', PASSWORD)).toBe(true);
  expect(await isSignedIn(portal.pia)).toBe(true);
});

test('whoever is signing in with the old password meanwhile fails', async () => {
  const portal = await openPortal();
  const attempt = { identifier: 'pia', password: PASSWORD };
  const meanwhile = signIn(portal.db, attempt, '192.0.2.1', true);
  // What the change leaves behind while the other password is being looked at.
  portal.db.$client.prepare("UPDATE accounts SET password_hash = 'another' WHERE username = 'pia'").run();
  expect(await meanwhile).toBeUndefined();
  expect((await signIn(portal.db, { ...attempt, identifier: 'otto' }, '192.0.2.1', true))?.username).toBe('otto');
});

test('again, with the password that was', async () => {
  const portal = await openPortal();
  await portal.pia.post('/profile/password', FORM);
  expectFormRefused(await portal.pia.post('/profile/password', FORM), ['currentPassword PMP-AU-001']);
});

test("nobody changes somebody else's, whatever the form says", async () => {
  const portal = await openPortal();
  const form = { ...FORM, id: portal.idOf('otto'), accountId: portal.idOf('otto'), username: 'otto' };
  await portal.pia.post('/profile/password', form);
  expect(await canSignIn(portal, 'otto', PASSWORD)).toBe(true);
});

test('a deactivated partner may change its password', async () => {
  const portal = await openPortal();
  deactivate(portal, 'pia');
  expectRedirect(await portal.pia.post('/profile/password', FORM), '/profile');
});

test('tells htmx to go on, and is written down without a password', async () => {
  const portal = await openPortal();
  const answer = await portal.ada.post('/profile/password', FORM, HTMX);
  expectRedirect(answer, '/profile', 204);
  expectNoPassword(answer);
  expect(portal.trail().at(-1)).toMatchObject({
    action: 'password.change',
    actor: 'ada',
    outcome: 'done',
    detail: null,
  });
  expect(portal.db.$client.serialize().includes(NEW_PASSWORD)).toBe(false);
});

test('five wrong ones slow it down, in the form of the e-mail as well, and say so', async () => {
  const portal = await openPortal({ PMP_RATE_LIMIT: '600' });
  stopClock();
  for (const path of [
    '/profile/password',
    '/profile/email',
    '/profile/password',
    '/profile/email',
    '/profile/password',
  ])
    expect((await portal.pia.post(path, { ...FORM, email: 'x@y.example', currentPassword: 'wrong' })).status).toBe(422);
  const slowed = await portal.pia.post('/profile/password', FORM);
  expect({ status: slowed.status, codes: slowed.codes }).toEqual({ status: 429, codes: ['PMP-AU-002'] });
  expect(slowed.headers['retry-after']).toBe('30');
  expect(portal.trail().at(-1)).toMatchObject({ action: 'password.change', outcome: 'refused', code: 'PMP-AU-002' });
  pass(30 * SECOND);
  expectRedirect(await portal.pia.post('/profile/password', FORM), '/profile');
});

test('strangers who fail to sign in do not keep the owner from it', async () => {
  const portal = await openPortal({ PMP_RATE_LIMIT: '600' });
  for (let i = 0; i < 5; i += 1) await portal.guest.post('/login', { identifier: 'pia', password: 'wrong' });
  expect((await portal.guest.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(429);
  expectRedirect(await portal.pia.post('/profile/password', FORM), '/profile');
});
