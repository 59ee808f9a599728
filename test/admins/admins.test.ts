import { describe, expect, it } from 'vitest';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';

const ABE = {
  firstName: 'Abe',
  lastName: 'Second',
  email: 'abe@authority.example',
  username: 'abe',
  password: PASSWORD,
  confirmPassword: PASSWORD,
};
const path = (portal: Portal, name: string) => `/admins/${portal.idOf(name)}/deactivation`;

async function withAbe() {
  const portal = await openPortal();
  expect((await portal.ada.post('/admins', ABE)).status).toBe(303);
  const abe = portal.visitor();
  await abe.post('/login', { identifier: 'abe', password: PASSWORD });
  return { portal, abe };
}

describe('/admins', () => {
  it('adds an admin, who can do what admins do', async () => {
    const { portal, abe } = await withAbe();
    const list = await portal.ada.get('/admins');
    expect(list.flash).toBe('admin-added');
    expect(list.$(`#admin-${portal.idOf('abe')} [data-status]`).attr('data-status')).toBe('active');
    expect((await abe.get('/trust-store')).status).toBe(200);
    expect(portal.trail().findLast((entry) => entry.action === 'admin.create')).toMatchObject({
      outcome: 'done',
      thing_id: portal.idOf('abe'),
    });
  });

  it('refuses what breaks the rules of accounts, keeps what was typed but no password', async () => {
    const { ada } = await openPortal();
    const refused = await ada.post('/admins', { ...ABE, email: 'ada@authority.example', username: 'ADA' });
    expect([refused.status, refused.codes]).toEqual([422, ['PMS_PRT_011', 'PMS_PRT_051']]);
    expect(refused.$('[name=firstName]').attr('value')).toBe('Abe');
    expect(refused.body).not.toContain(PASSWORD);
    const weak = await ada.post('/admins', { ...ABE, password: 'short', confirmPassword: 'shorter' });
    expect(weak.codes).toEqual(['PMP-FV-002', 'PMP-FV-004']);
  });

  it('is for admins', async () => {
    const { pia, guest } = await openPortal();
    for (const page of ['/admins', '/admins/new']) {
      expect((await pia.get(page)).status).toBe(403);
      expect((await guest.get(page)).status).toBe(303);
    }
    expect((await pia.post('/admins', ABE)).status).toBe(403);
  });
});

describe('/admins/:id/deactivation', () => {
  it('signs the admin out and keeps it out', async () => {
    const { portal, abe } = await withAbe();
    expect((await portal.ada.get(`${path(portal, 'abe')}/new`)).status).toBe(200);
    const done = await portal.ada.post(path(portal, 'abe'), { reason: 'retired' });
    expect([done.status, done.location]).toEqual([303, '/admins']);
    expect((await portal.ada.get('/admins')).$(`#admin-${portal.idOf('abe')} [data-status]`).attr('data-status')).toBe(
      'deactivated',
    );
    expect((await abe.get('/')).location).toMatch(/^\/login/);
    const refused = await abe.post('/login', { identifier: 'abe', password: PASSWORD });
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-AU-001']]);
  });

  it('never takes the last active admin', async () => {
    const portal = await openPortal();
    for (const refused of [
      await portal.ada.get(`${path(portal, 'ada')}/new`),
      await portal.ada.post(path(portal, 'ada'), { reason: 'tired' }),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-AD-002']]);
    }
    expect((await portal.ada.get('/')).status).toBe(200);
  });

  it('leaves one when two deactivate each other at once', async () => {
    const { portal, abe } = await withAbe();
    const answers = await Promise.all([
      portal.ada.post(path(portal, 'abe'), { reason: 'you' }),
      abe.post(path(portal, 'ada'), { reason: 'no, you' }),
    ]);
    expect(answers.filter((answer) => answer.status === 303 && answer.location === '/admins')).toHaveLength(1);
    const active = portal.db.$client
      .prepare(
        "SELECT count(*) FROM accounts WHERE role = 'PARTNER_ADMIN' AND id NOT IN (SELECT account_id FROM account_deactivations)",
      )
      .pluck();
    expect(active.get()).toBe(1);
  });

  it('needs a reason; is final; knows no partner', async () => {
    const { portal } = await withAbe();
    expect((await portal.ada.post(path(portal, 'abe'), { reason: ' ' })).codes).toEqual(['PMP-FV-001']);
    await portal.ada.post(path(portal, 'abe'), { reason: 'retired' });
    expect((await portal.ada.post(path(portal, 'abe'), { reason: 'again' })).codes).toEqual(['PMP-AD-001']);
    expect((await portal.ada.post(path(portal, 'pia'), { reason: 'x' })).status).toBe(404);
    expect((await portal.ada.get(path(portal, 'abe'))).location).toBe(`${path(portal, 'abe')}/new`);
  });
});
