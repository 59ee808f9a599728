import { describe, expect, test } from 'vitest';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';
import { MINUTE, pass, SECOND, stopClock } from './support.ts';

const SLOWING = { PMP_RATE_LIMIT: '600' };
/** Proxies let a test come from many addresses. */
const PROXIED = { ...SLOWING, PMP_TRUST_PROXY: '127.0.0.1' };

type From = { from?: string };

function attempt(
  portal: Portal,
  identifier: string,
  password = 'not the right one',
  { from }: From = {},
): Promise<Answer> {
  const headers = from === undefined ? {} : { 'x-forwarded-for': from, 'x-forwarded-host': 'pmp.test' };
  return portal.visitor().post('/login', { identifier, password }, headers);
}

async function fail(portal: Portal, times: number, identifier = 'pia', from: From = {}): Promise<void> {
  for (let i = 0; i < times; i += 1) expect((await attempt(portal, identifier, 'wrong', from)).status).toBe(422);
}

function expectSlowed(answer: Answer, seconds: number): void {
  expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 429, codes: ['PMP-AU-002'] });
  expect(answer.headers['retry-after']).toBe(String(seconds));
  expect(answer.text('[role=alert]')).toContain(`possible in ${seconds} seconds`);
}

const failedRows = (portal: Portal) =>
  portal.trail().filter(({ action, outcome }) => action === 'session.start' && outcome === 'refused');

describe('after five failures', () => {
  test('the account waits 30 seconds, with the right password too; then it is let in', async () => {
    const portal = await openPortal(SLOWING);
    stopClock();
    await fail(portal, 5);
    expectSlowed(await attempt(portal, 'pia'), 30);
    expectSlowed(await attempt(portal, 'pia', PASSWORD), 30);
    pass(30 * SECOND - 1);
    expectSlowed(await attempt(portal, 'pia', PASSWORD), 1);
    pass(1);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });

  test('four do not slow it down', async () => {
    const portal = await openPortal(SLOWING);
    await fail(portal, 4);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });

  test('each further failure doubles the wait, at most to the end of the 15 minutes', async () => {
    const portal = await openPortal(SLOWING);
    stopClock();
    await fail(portal, 5);
    let passed = 0;
    for (const wait of [30, 60, 120, 240]) {
      expectSlowed(await attempt(portal, 'pia'), wait);
      pass(wait * SECOND);
      passed += wait;
      await fail(portal, 1);
    }
    expectSlowed(await attempt(portal, 'pia', PASSWORD), 15 * 60 - passed);
    pass(15 * MINUTE - passed * SECOND);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });

  test('spread over more than 15 minutes they count anew', async () => {
    const portal = await openPortal(SLOWING);
    stopClock();
    await fail(portal, 4);
    pass(15 * MINUTE);
    await fail(portal, 4);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });

  test('a success in between begins the count anew', async () => {
    const portal = await openPortal(SLOWING);
    await fail(portal, 4);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
    await fail(portal, 4);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });

  test('by e-mail and username, in any case, count together', async () => {
    const portal = await openPortal(SLOWING);
    stopClock();
    for (const name of ['pia', 'PIA', 'pia@acme.example', ' Pia@ACME.example ', 'pia']) await fail(portal, 1, name);
    expectSlowed(await attempt(portal, 'pia@acme.example', PASSWORD), 30);
    expectSlowed(await attempt(portal, 'pia', PASSWORD), 30);
  });

  test('from different addresses count together', async () => {
    const portal = await openPortal(PROXIED);
    stopClock();
    for (let i = 1; i <= 5; i += 1) await fail(portal, 1, 'pia', { from: `192.0.2.${i}` });
    expectSlowed(await attempt(portal, 'pia', PASSWORD, { from: '192.0.2.9' }), 30);
  });

  test('an unknown name is slowed just so', async () => {
    const portal = await openPortal(SLOWING);
    stopClock();
    await fail(portal, 5, 'nobody@acme.example');
    expectSlowed(await attempt(portal, 'NOBODY@acme.example'), 30);
  });

  test('nobody else is slowed down', async () => {
    const portal = await openPortal(SLOWING);
    await fail(portal, 5);
    expect((await attempt(portal, 'otto', PASSWORD)).status).toBe(303);
    expect((await portal.pia.get('/profile')).status).toBe(200);
  });

  test('made at the same time, no more than five are looked at', async () => {
    const portal = await openPortal(SLOWING);
    const answers = await Promise.all(Array.from({ length: 12 }, () => attempt(portal, 'pia')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  test('PMP_RATE_LIMIT=0 lifts it', async () => {
    const portal = await openPortal({ PMP_RATE_LIMIT: '0' });
    await fail(portal, 8);
    expect((await attempt(portal, 'pia', PASSWORD)).status).toBe(303);
  });
});

describe('a noisy address', () => {
  test('is slowed down after fifty failures on many names; others are not', async () => {
    const portal = await openPortal(PROXIED);
    stopClock();
    const from = { from: '192.0.2.66' };
    await Promise.all(Array.from({ length: 50 }, (_, i) => fail(portal, 1, `name${i}`, from)));
    expectSlowed(await attempt(portal, 'pia', PASSWORD, from), 30);
    expect((await attempt(portal, 'pia', PASSWORD, { from: '192.0.2.67' })).status).toBe(303);
    pass(30 * SECOND);
    expect((await attempt(portal, 'pia', PASSWORD, from)).status).toBe(303);
  });

  test.each([
    ['another address of its /64', '2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', 429],
    ['the last address of the /64 before', '2001:db8:0:1::1', '2001:db8:0:0:ffff:ffff:ffff:ffff', 303],
    ['the first address of the next /64', '2001:db8:0:1::1', '2001:db8:0:2::', 303],
    ['itself, mapped into IPv6', '192.0.2.66', '::ffff:192.0.2.66', 429],
    ['its neighbour, mapped into IPv6', '192.0.2.66', '::ffff:192.0.2.67', 303],
  ])('and %s', async (_, noisy, other, status) => {
    const portal = await openPortal(PROXIED);
    stopClock();
    await Promise.all(Array.from({ length: 50 }, (_, i) => fail(portal, 1, `name${i}`, { from: noisy })));
    expect((await attempt(portal, 'pia', PASSWORD, { from: other })).status).toBe(status);
  });

  test('many people signing in behind it do not make it noisy', async () => {
    const portal = await openPortal(SLOWING);
    for (let i = 0; i < 55; i += 1) expect((await attempt(portal, 'otto', PASSWORD)).status).toBe(303);
  });
});

describe('the trail of failures', () => {
  test('has one row per account and 15 minutes', async () => {
    const portal = await openPortal();
    stopClock();
    await fail(portal, 7);
    expect(failedRows(portal)).toMatchObject([{ actor: 'pia', code: 'PMP-AU-001', thing_id: portal.idOf('pia') }]);
    pass(15 * MINUTE);
    await fail(portal, 2);
    expect(failedRows(portal)).toHaveLength(2);
  });

  test('has one row per address for all names that do not exist, so that strangers cannot fill the disk', async () => {
    const portal = await openPortal();
    for (let i = 0; i < 10; i += 1) await fail(portal, 1, `stranger${i}`);
    expect(failedRows(portal)).toHaveLength(1);
    await fail(portal, 1, 'otto');
    expect(failedRows(portal)).toHaveLength(2);
  });

  test('never has a password', async () => {
    const portal = await openPortal();
    await attempt(portal, 'pia', 'the secret that was typed');
    expect(portal.db.$client.serialize().includes('the secret that was typed')).toBe(false);
  });

  test('forgets what is older than two windows', async () => {
    const portal = await openPortal();
    stopClock();
    await fail(portal, 1, 'stranger');
    pass(31 * MINUTE);
    await fail(portal, 1, 'pia');
    const keys = portal.db.$client.prepare('SELECT key FROM sign_in_failures ORDER BY key').pluck().all();
    expect(keys).toEqual([`account ${portal.idOf('pia')}`, 'address 127.0.0.1']);
  });
});
