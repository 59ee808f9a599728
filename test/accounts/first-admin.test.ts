import { expect, test } from 'vitest';
import { createFirstAdmin, createSetupToken } from '../../src/accounts/index.ts';
import { openEmptyPortal, openPortal, PASSWORD } from '../support/portal.ts';
import { deactivate } from '../support/workflow.ts';

const GIVEN = { email: 'grace@authority.example', username: 'grace', password: PASSWORD };

test('the first admin from the environment can sign in, and no set-up link works any more', async () => {
  const portal = await openEmptyPortal();
  expect(await createFirstAdmin(portal.db, GIVEN)).toBeUndefined();
  const visitor = portal.visitor();
  expect((await visitor.post('/login', { identifier: 'grace', password: PASSWORD })).status).toBe(303);
  expect((await visitor.get('/admins')).status).toBe(200);
  expect((await portal.visitor().get(`/setup?token=${portal.token}`)).status).toBe(410);
  expect(createSetupToken(portal.db)).toBeUndefined();
});

test('is used only while there is no admin', async () => {
  const portal = await openPortal();
  expect(await createFirstAdmin(portal.db, GIVEN)).toBeUndefined();
  expect(portal.idOf('grace')).toBe('');
  expect(await createFirstAdmin(portal.db, { ...GIVEN, password: 'x' })).toBeUndefined();
});

test('is used again when the only admin was deactivated', async () => {
  const portal = await openPortal();
  deactivate(portal, 'ada');
  expect(await createFirstAdmin(portal.db, GIVEN)).toBeUndefined();
  expect(portal.idOf('grace')).not.toBe('');
});

test('breaks none of the rules of accounts: each is named', async () => {
  const { db } = await openEmptyPortal();
  const reasons = await createFirstAdmin(db, { email: 'grace', username: 'gr ace', password: 'short' });
  expect(reasons?.map(({ field, code }) => `${field} ${code}`)).toEqual([
    'email PMP-FV-003',
    'username PMS_PRT_066',
    'password PMP-FV-002',
  ]);
  expect(db.$client.prepare('SELECT count(*) FROM accounts').pluck().get()).toBe(0);
});

test("a partner's e-mail or username is refused", async () => {
  const portal = await openPortal();
  deactivate(portal, 'ada');
  const reasons = await createFirstAdmin(portal.db, { ...GIVEN, username: 'PIA' });
  expect(reasons?.map(({ code }) => code)).toEqual(['PMS_PRT_051']);
});

test('is written down as the doing of the system', async () => {
  const { db } = await openEmptyPortal();
  await createFirstAdmin(db, GIVEN);
  const row = db.$client
    .prepare('SELECT actor, actor_id, action, outcome FROM audit_entries ORDER BY id DESC LIMIT 1')
    .all();
  expect(row).toEqual([{ actor: 'system', actor_id: null, action: 'admin.create', outcome: 'done' }]);
});
