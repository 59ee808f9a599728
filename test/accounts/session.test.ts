import { load } from 'cheerio';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sessionStore } from '../../src/db/index.ts';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import { type Answer, HTMX, type Visitor } from '../support/visitor.ts';
import { HOUR, isSignedIn, MINUTE, pass, SECOND, stopClock } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const leftOf = (answer: Answer) => Number(answer.headers['session-left'] ?? Number.NaN);

/** Somebody who signs in now. */
async function signedIn(portal: Portal): Promise<Visitor> {
  // Sessions are kept in whole seconds.
  stopClock(Math.floor(Date.now() / SECOND) * SECOND);
  const visitor = portal.visitor();
  expect((await visitor.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(303);
  visitor.cookies.delete('pmp_flash');
  return visitor;
}

/** The dialog that the script puts into a page. */
function idleOf(answer: Answer) {
  return load(answer.$('[data-later]').attr('data-later') ?? '')('dialog#idle');
}

describe('every page', () => {
  it.each([
    ['30', 1800, 300],
    ['10', 600, 300],
    ['4', 240, 120],
    ['1', 60, 30],
  ])('of a session of %s minutes says how long it lasts, and from when on to warn', async (minutes, left, warn) => {
    const portal = await openPortal({ PMP_SESSION_IDLE_MINUTES: minutes });
    const dialog = idleOf(await (await signedIn(portal)).get('/chips/new'));
    expect([Number(dialog.attr('data-left')), Number(dialog.attr('data-warn'))]).toEqual([left, warn]);
    expect(dialog.find('[data-stay]').text()).toBe('Stay signed in');
    expect(dialog.attr('open')).toBeUndefined();
  });

  it('names the page of its form, also where a refused form is shown again', async () => {
    const portal = await openPortal();
    const page = (answer: Answer) => idleOf(answer).attr('data-page');
    expect(page(await portal.ada.get('/admins/new?x=1'))).toBe('/admins/new?x=1');
    expect(page(await portal.ada.post('/admins', {}))).toBe('/admins/new');
  });

  it('has no such dialog for those who have not signed in', async () => {
    const { guest } = await openPortal();
    expect(idleOf(await guest.get('/nowhere'))).toHaveLength(0);
    expect(idleOf(await guest.get('/login'))).toHaveLength(0);
  });

  it('and every answer for htmx says how long the session lasts now: 12 hours at most', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    expect(leftOf(await visitor.get('/', HTMX))).toBe(1800);
    pass(20 * MINUTE);
    expect(leftOf(await visitor.get('/', HTMX))).toBe(1800);
    pass(30 * SECOND);
    // The end is moved to the minute.
    expect(leftOf(await visitor.get('/', HTMX))).toBe(1770);
    for (let at = 20.5; at < 690; at += 25) {
      pass(25 * MINUTE);
      expect(leftOf(await visitor.get('/', HTMX))).toBeGreaterThan(0);
    }
    const left = leftOf(await visitor.get('/', HTMX));
    expect(left).toBeLessThan(1800);
    expect(Number(idleOf(await visitor.get('/')).attr('data-left'))).toBe(left);
    pass(left * SECOND);
    expect(await isSignedIn(visitor)).toBe(false);
    expect(left).toBe((12 * HOUR - 695.5 * MINUTE) / SECOND);
  });
});

describe('POST /session/extension', () => {
  it('makes the session last, and says for how long', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    pass(29 * MINUTE);
    const answer = await visitor.post('/session/extension', {}, HTMX);
    expect([answer.status, leftOf(answer), answer.body]).toEqual([204, 1800, '']);
    pass(29 * MINUTE);
    expect(await isSignedIn(visitor)).toBe(true);
    expect(portal.trail().filter(({ action }) => action !== 'session.start')).toEqual(
      (await openPortal()).trail().filter(({ action }) => action !== 'session.start'),
    );
  });

  it('after the end leads to the sign-in', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    pass(30 * MINUTE);
    const answer = await visitor.post('/session/extension', {}, HTMX);
    expect([answer.status, answer.headers['hx-redirect'], leftOf(answer)]).toEqual([
      204,
      '/login?next=%2F',
      Number.NaN,
    ]);
  });

  it('is for those who have not accepted the terms yet, too, and refused from other sites', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    const foreign = await visitor.post('/session/extension', {}, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.codes]).toEqual([403, ['PMP-AU-005']]);
    expect((await visitor.get('/session/extension')).location).toBe('/');
  });
});

describe('POST /session/expiry', () => {
  const typed = { next: '/chips/new?make=a', 'typed.make': 'Acme', 'typed.password': 'secret', other: 'x' };

  it('ends the session, and carries what was typed to the sign-in', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    const answer = await visitor.post('/session/expiry', typed, HTMX);
    const login = '/login?next=%2Fchips%2Fnew%3Fmake%3Da';
    expect([answer.status, answer.headers['hx-redirect']]).toEqual([204, login]);
    expect(answer.headers['clear-site-data']).toBe('"storage"');
    expect(await isSignedIn(visitor)).toBe(false);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'session.end', actor: 'pia', outcome: 'done' });
    const hidden = (await visitor.get(login)).$('form[action="/login"] input[type=hidden]');
    expect(hidden.toArray().map((field) => [field.attribs.name, field.attribs.value])).toEqual([
      ['next', '/chips/new?make=a'],
      ['typed.make', 'Acme'],
    ]);
  });

  it('is the same once the session has ended, and without script', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    pass(31 * MINUTE);
    const answer = await visitor.post('/session/expiry', typed);
    expect(answer.status).toBe(303);
    expect((await visitor.get(answer.location ?? '')).$('[name="typed.make"]').attr('value')).toBe('Acme');
  });

  it('of a guest keeps nothing, and leads to no other site', async () => {
    const { guest } = await openPortal();
    const answer = await guest.post('/session/expiry', { ...typed, next: '//evil.example/' });
    expect([answer.status, answer.location]).toEqual([303, '/login?next=%2F']);
    await guest.post('/session/expiry', typed);
    expect((await guest.get('/login?next=%2Fchips%2Fnew')).$('[name^="typed."]')).toHaveLength(0);
  });

  it('from another site is refused, and the session goes on', async () => {
    const portal = await openPortal();
    const visitor = await signedIn(portal);
    expect((await visitor.post('/session/expiry', typed, { origin: 'https://evil.example' })).status).toBe(403);
    expect(await isSignedIn(visitor)).toBe(true);
  });

  it('GET leads to the sign-in', async () => {
    const { guest } = await openPortal();
    expect((await guest.get('/session/expiry')).location).toBe('/login?next=%2F');
  });
});

it('sessions that have ended are deleted after half a day, those that have not are not', async () => {
  const portal = await openPortal();
  const visitor = await signedIn(portal);
  const sessions = () =>
    portal.db.$client.prepare('SELECT count(*) FROM sessions WHERE account_id = ?').pluck().get(portal.idOf('pia'));
  const before = sessions() as number;
  pass(30 * MINUTE + 12 * HOUR - SECOND);
  await sessionStore(portal.db).deleteExpiredSessions();
  expect(sessions()).toBe(before);
  expect(await isSignedIn(visitor)).toBe(false);
  pass(SECOND);
  await sessionStore(portal.db).deleteExpiredSessions();
  expect(sessions()).toBe(before - 1);
});
