import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/ids.ts';
import { openPortal, PASSWORD, type Portal, REGISTRATION } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';
import { DAY, HOUR, isSignedIn, MINUTE, pass, SECOND, stopClock } from './support.ts';

const SECURE = { PMP_PUBLIC_URL: 'https://pmp.test' };
const OWN = { origin: 'https://pmp.test' };
const cookiesOf = (answer: { headers: { 'set-cookie'?: string | string[] | undefined } }) =>
  [answer.headers['set-cookie'] ?? []].flat();

async function signedIn(portal: Portal): Promise<Visitor> {
  const visitor = portal.visitor();
  expect((await visitor.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(303);
  return visitor;
}

/** How many sessions Pia has in the database. */
const sessionsOf = (portal: Portal) =>
  portal.db.$client.prepare('SELECT count(*) FROM sessions WHERE account_id = ?').pluck().get(portal.idOf('pia'));

describe('the end of a session', () => {
  test('after 30 idle minutes', async () => {
    const portal = await openPortal();
    stopClock();
    const visitor = await signedIn(portal);
    pass(30 * MINUTE - SECOND);
    expect(await isSignedIn(visitor)).toBe(true);
    pass(30 * MINUTE);
    expect(await isSignedIn(visitor)).toBe(false);
  });

  test('is put off by every request, counted to the minute', async () => {
    const portal = await openPortal();
    stopClock();
    const visitor = await signedIn(portal);
    for (let i = 0; i < 5; i += 1) {
      // A short pause, then a long one: the request between them counts as well.
      for (const pause of [2 * MINUTE, 29 * MINUTE - SECOND]) {
        pass(pause);
        expect(await isSignedIn(visitor), `request ${i}`).toBe(true);
      }
    }
    pass(30 * MINUTE);
    expect(await isSignedIn(visitor)).toBe(false);
  });

  test('after 12 hours, however busy', async () => {
    const portal = await openPortal();
    stopClock();
    const visitor = await signedIn(portal);
    for (let busy = 0; busy < 12 * HOUR - 20 * MINUTE; busy += 20 * MINUTE) {
      pass(20 * MINUTE);
      expect(await isSignedIn(visitor)).toBe(true);
    }
    pass(20 * MINUTE - 1);
    expect(await isSignedIn(visitor)).toBe(true);
    pass(1);
    expect(await isSignedIn(visitor)).toBe(false);
  });

  test('after the idle time that is set', async () => {
    const portal = await openPortal({ PMP_SESSION_IDLE_MINUTES: '2' });
    stopClock();
    const visitor = await signedIn(portal);
    pass(2 * MINUTE - SECOND);
    expect(await isSignedIn(visitor)).toBe(true);
    pass(2 * MINUTE);
    expect(await isSignedIn(visitor)).toBe(false);
  });

  test('empties the storage of the browser on the way to the sign-in, wherever it was ended; a guest has none', async () => {
    const portal = await openPortal();
    stopClock();
    const cleared = async (visitor: Visitor) => (await visitor.get('/profile')).headers['clear-site-data'];
    const idle = await signedIn(portal);
    expect(await cleared(idle)).toBeUndefined();
    pass(30 * MINUTE);
    expect(await cleared(idle)).toBe('"storage"');
    expect((await idle.post('/chips', { make: 'Acme', model: 'One' })).headers['clear-site-data']).toBe('"storage"');
    const ended = await signedIn(portal);
    await (await signedIn(portal)).post('/profile/sign-out-everywhere');
    expect(await cleared(ended)).toBe('"storage"');
    expect(await cleared(portal.visitor())).toBeUndefined();
  });

  test('takes the row away', async () => {
    const portal = await openPortal();
    stopClock();
    const visitor = await signedIn(portal);
    const before = sessionsOf(portal) as number;
    pass(DAY);
    await isSignedIn(visitor);
    expect(sessionsOf(portal)).toBe(before - 1);
  });
});

describe('the cookie', () => {
  test('is new at each sign-in; the one before is dead', async () => {
    const portal = await openPortal();
    const before = new Map(portal.pia.cookies);
    await portal.pia.post('/login', { identifier: 'pia', password: PASSWORD });
    expect(portal.pia.cookies.get('pmp_session')).not.toBe(before.get('pmp_session'));
    expect(await isSignedIn(new Visitor(portal.app, before))).toBe(false);
    expect(await isSignedIn(portal.pia)).toBe(true);
  });

  test('cannot be chosen by somebody else beforehand', async () => {
    const portal = await openPortal();
    const planted = 'A'.repeat(43);
    const visitor = new Visitor(portal.app, [['pmp_session', planted]]);
    await visitor.post('/login', { identifier: 'pia', password: PASSWORD });
    expect(visitor.cookies.get('pmp_session')).not.toBe(planted);
    expect(await isSignedIn(new Visitor(portal.app, [['pmp_session', planted]]))).toBe(false);
  });

  test('is HttpOnly, SameSite=Lax, for the whole site, and ends with the browser', async () => {
    const { guest } = await openPortal();
    const answer = await guest.post('/login', { identifier: 'pia', password: PASSWORD });
    expect(cookiesOf(answer).filter((cookie) => cookie.includes('session'))).toHaveLength(1);
    expect(cookiesOf(answer)[0]).toMatch(/^pmp_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('is Secure and named __Host- where the public address is https', async () => {
    const portal = await openPortal(SECURE);
    const answer = await portal.guest.post('/login', { identifier: 'pia', password: PASSWORD }, OWN);
    expect(cookiesOf(answer)[0]).toMatch(
      /^__Host-pmp_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(await isSignedIn(portal.guest)).toBe(true);
    const plain = new Visitor(portal.app, [['pmp_session', portal.guest.cookies.get('__Host-pmp_session') ?? '']]);
    expect(await isSignedIn(plain)).toBe(false);
    await portal.guest.post('/logout', {}, OWN);
    expect(portal.guest.cookies.has('__Host-pmp_session')).toBe(false);
  });

  test('every other cookie is as careful', async () => {
    for (const [settings, from] of [
      [{}, {}],
      [SECURE, OWN],
    ] as const) {
      const portal = await openPortal(settings);
      const answers = [
        await portal.guest.post('/language', { language: 'fr' }, from),
        await portal.guest.post('/forgot-password', { email: REGISTRATION.email }, from),
      ];
      const cookies = answers.flatMap(cookiesOf);
      expect(cookies).toHaveLength(2);
      for (const cookie of cookies) {
        expect(cookie).toContain('; Path=/; HttpOnly; ');
        expect(cookie).toContain('SameSite=Lax');
        expect(cookie.includes('; Secure'), cookie).toBe('PMP_PUBLIC_URL' in settings);
        expect(cookie.startsWith('__Host-'), cookie).toBe('PMP_PUBLIC_URL' in settings);
      }
    }
  });

  test('is kept as its hash only', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    const token = visitor.cookies.get('pmp_session') ?? '';
    const ids = portal.db.$client.prepare('SELECT id FROM sessions').pluck().all();
    expect(ids).toContain(sha256Hex(token));
    expect(portal.db.$client.serialize().includes(token)).toBe(false);
    expect(await isSignedIn(new Visitor(portal.app, [['pmp_session', sha256Hex(token)]]))).toBe(false);
  });

  test.each([
    ['empty', ''],
    ['unknown', 'A'.repeat(43)],
    ['malformed', '%E0%A4%A'],
    ['of markup', '<script>'],
    ['quoted', '"x"'],
    ['very long', 'x'.repeat(8000)],
    ['with a NUL', 'a%00b'],
  ])('that is %s is nobody’s', async (_, value) => {
    const portal = await openPortal();
    const visitor = new Visitor(portal.app, [['pmp_session', value]]);
    const answer = await visitor.get('/profile');
    expect({ status: answer.status, location: answer.location }).toEqual({
      status: 303,
      location: '/login?next=%2Fprofile',
    });
    expect((await visitor.get('/login')).status).toBe(200);
  });

  test.each(['pmp_session', '=', ';;;', 'pmp_session==;pmp_session=x; pmp_session', 'pmp_session=%'])(
    'header %j is survived',
    async (cookie) => {
      const { guest } = await openPortal();
      expect((await guest.get('/profile', { cookie })).status).toBe(303);
      expect((await guest.get('/login', { cookie })).status).toBe(200);
    },
  );
});

test('a flash is shown once; one that the catalogue lacks never', async () => {
  const portal = await openPortal();
  await portal.pia.post('/logout');
  expect((await portal.pia.get('/login')).flash).toBe('signed-out');
  expect((await portal.pia.get('/login')).flash).toBeUndefined();
  for (const value of ['unknown-key', '<b>', '__proto__', 'constructor', 'x'.repeat(100)]) {
    const visitor = new Visitor(portal.app, [['pmp_flash', encodeURIComponent(value)]]);
    const page = await visitor.get('/login');
    expect(page.status, value).toBe(200);
    expect(page.flash, value).toBeUndefined();
    expect(visitor.cookies.has('pmp_flash')).toBe(false);
  }
});
