import { describe, expect, test } from 'vitest';
import { createSetupToken } from '../../src/accounts/index.ts';
import { sha256Hex } from '../../src/lib/ids.ts';
import { openEmptyPortal, openPortal, PASSWORD } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { expectFormRefused, expectRedirect, HOUR, isSignedIn, pass, stopClock } from './support.ts';

const GRACE = {
  firstName: 'Grace',
  lastName: 'First',
  email: 'grace@authority.example',
  username: 'grace',
  password: PASSWORD,
  confirmPassword: PASSWORD,
};

type Empty = Awaited<ReturnType<typeof openEmptyPortal>>;
const pathOf = ({ token }: Empty) => `/setup?token=${token}`;
const admins = ({ db }: Pick<Empty, 'db'>) =>
  db.$client.prepare("SELECT username FROM accounts WHERE role = 'PARTNER_ADMIN' ORDER BY username").pluck().all();

describe('the set-up link', () => {
  test('creates the first admin, who is signed in and needs no consent', async () => {
    const portal = await openEmptyPortal();
    const visitor = portal.visitor();
    const page = await visitor.get(pathOf(portal));
    expect(page.status).toBe(200);
    for (const field of Object.keys(GRACE)) expect(page.$(`form.card [name=${field}]`), field).toHaveLength(1);
    const action = page.$('form.card').attr('action') ?? '';
    expect(action).toBe(pathOf(portal));
    expectRedirect(await visitor.post(action, GRACE), '/');
    const home = await visitor.get('/');
    expect(home.status).toBe(200);
    expect(home.flash).toBe('admin-set-up');
    expect((await visitor.get('/trust-store')).status).toBe(200);
    expect(admins(portal)).toEqual(['grace']);
  });

  test('tells htmx to go on', async () => {
    const portal = await openEmptyPortal();
    expectRedirect(await portal.visitor().post(pathOf(portal), GRACE, HTMX), '/', 204);
  });

  test('is kept as a hash, and is at least 256 bits', async () => {
    const { db, token } = await openEmptyPortal();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(db.$client.prepare('SELECT token_hash FROM account_links').pluck().all()).toEqual([sha256Hex(token)]);
  });

  test('lives for 24 hours', async () => {
    stopClock();
    const portal = await openEmptyPortal();
    pass(24 * HOUR - 1);
    expect((await portal.visitor().get(pathOf(portal))).status).toBe(200);
    pass(1);
    expect((await portal.visitor().get(pathOf(portal))).status).toBe(410);
    expect((await portal.visitor().post(pathOf(portal), GRACE)).status).toBe(410);
    expect(admins(portal)).toEqual([]);
  });

  test('is new at each start, and the earlier one is dead', async () => {
    const portal = await openEmptyPortal();
    const next = createSetupToken(portal.db);
    expect((await portal.visitor().get(pathOf(portal))).status).toBe(410);
    expect((await portal.visitor().get(`/setup?token=${next}`)).status).toBe(200);
  });

  test('is dead once there is an admin, and no new one is made', async () => {
    const portal = await openEmptyPortal();
    const first = portal.visitor();
    await first.post(pathOf(portal), GRACE);
    const again = await portal.visitor().post(pathOf(portal), { ...GRACE, username: 'mallory', email: 'm@x.example' });
    expect({ status: again.status, codes: again.codes }).toEqual({ status: 410, codes: ['PMP-AU-004'] });
    expect(again.$('[name=password]')).toHaveLength(0);
    expect((await portal.visitor().get(pathOf(portal))).status).toBe(410);
    expect(createSetupToken(portal.db)).toBeUndefined();
    expect(admins(portal)).toEqual(['grace']);
    expect(await isSignedIn(first)).toBe(true);
  });

  test.each([
    ['none', '/setup'],
    ['an empty one', '/setup?token='],
    ['an unknown one', `/setup?token=${'A'.repeat(43)}`],
    ['two', '/setup?token=a&token=b'],
  ])('%s: 410, without the form', async (_, path) => {
    const portal = await openEmptyPortal();
    for (const answer of [await portal.visitor().get(path), await portal.visitor().post(path, GRACE)]) {
      expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 410, codes: ['PMP-AU-004'] });
      expect(answer.$('form.card')).toHaveLength(0);
    }
    expect(admins(portal)).toEqual([]);
  });

  test('used twice at once makes one admin', async () => {
    const portal = await openEmptyPortal();
    const people = [1, 2, 3].map((n) => ({ ...GRACE, username: `grace${n}`, email: `grace${n}@authority.example` }));
    const answers = await Promise.all(people.map((form) => portal.visitor().post(pathOf(portal), form)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
    expect(admins(portal)).toHaveLength(1);
    const rows = portal.db.$client.prepare("SELECT count(*) FROM audit_entries WHERE action = 'admin.create'").pluck();
    expect(rows.get()).toBe(1);
  });

  test('two links used at once make one admin', async () => {
    const portal = await openEmptyPortal();
    const second = createSetupToken(portal.db) ?? '';
    // As if two processes had started at the same time: both links are alive.
    portal.db.$client.prepare('UPDATE account_links SET used_at = NULL').run();
    const answers = await Promise.all([
      portal.visitor().post(pathOf(portal), GRACE),
      portal.visitor().post(`/setup?token=${second}`, { ...GRACE, username: 'hopper', email: 'hopper@x.example' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect(admins(portal)).toHaveLength(1);
  });

  test('where an admin exists from the start there is no way in', async () => {
    const { guest } = await openPortal();
    expect((await guest.get('/setup?token=x')).status).toBe(410);
  });
});

describe('the form of the first admin', () => {
  test('names every empty field, and the link stays alive', async () => {
    const portal = await openEmptyPortal();
    const visitor = portal.visitor();
    expectFormRefused(
      await visitor.post(pathOf(portal)),
      Object.keys(GRACE).map((field) => `${field} PMP-FV-001`),
    );
    expectRedirect(await visitor.post(pathOf(portal), GRACE), '/');
  });

  test.each([
    [{ password: 'elevenchars', confirmPassword: 'elevenchars' }, 'password PMP-FV-002', '11 characters; at least 12'],
    [{ password: 'pmp-mosip-2026', confirmPassword: 'pmp-mosip-2026' }, 'password PMP-AU-003', 'words of this portal'],
    [{ confirmPassword: 'something else' }, 'confirmPassword PMP-FV-004', 'not the same'],
    [{ username: 'grace hopper' }, 'username PMS_PRT_066', 'without spaces'],
    [{ email: 'grace' }, 'email PMP-FV-003', 'name@organisation.example'],
    [{ firstName: 'x'.repeat(129) }, 'firstName PMP-FV-002', '129 characters; at most 128'],
  ])('refuses %j', async (changes, reason, wording) => {
    const portal = await openEmptyPortal();
    const answer = await portal.visitor().post(pathOf(portal), { ...GRACE, ...changes });
    expectFormRefused(answer, [reason], wording);
    expect(answer.$('[name=lastName]').attr('value')).toBe('First');
    expect(admins(portal)).toEqual([]);
  });

  test("a partner's names are taken; the link stays alive", async () => {
    const portal = await openPortal();
    deactivate(portal, 'ada');
    const path = `/setup?token=${createSetupToken(portal.db)}`;
    const answer = await portal.guest.post(path, { ...GRACE, username: 'Pia', email: 'otto@nordic.example' });
    expectFormRefused(answer, ['email PMS_PRT_011', 'username PMS_PRT_051'], 'Pia', 'otto@nordic.example');
    expectRedirect(await portal.guest.post(path, GRACE), '/');
  });

  test('is written down', async () => {
    const portal = await openEmptyPortal();
    await portal.visitor().post(pathOf(portal), GRACE);
    const row = portal.db.$client.prepare("SELECT * FROM audit_entries WHERE action = 'admin.create'").get();
    expect(row).toMatchObject({
      actor: 'grace',
      address: '127.0.0.1',
      outcome: 'done',
      detail: '{"username":"grace"}',
    });
    expect(JSON.stringify(row)).not.toContain(portal.token);
  });
});
