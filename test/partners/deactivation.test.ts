import { describe, expect, it } from 'vitest';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal, PASSWORD, type Portal, REGISTRATION } from '../support/portal.ts';
import { acceptPia, deactivate, pemFile } from '../support/workflow.ts';

const path = (portal: Portal) => `/partners/${portal.idOf('pia')}/deactivation`;
const statuses = (portal: Portal) =>
  portal.db.$client.prepare('SELECT model, status FROM chips ORDER BY model').raw().all();

/** Pia with a chip that waits for its certificate, one that waits for a decision, and a rejected one. */
async function withChips(portal: Portal) {
  const { ca } = await acceptPia(portal);
  const add = async (model: string) =>
    ((await portal.pia.post('/chips', { make: 'Acme', model })).location ?? '').replace('/certificate/new', '');
  await add('A');
  const waiting = await add('B');
  const rejected = await add('C');
  for (const chip of [waiting, rejected]) await portal.pia.upload(`${chip}/certificate`, pemFile(makeLeaf(ca)));
  const decision = await portal.ada.get(`${rejected}/decision/new`);
  await portal.ada.post(`${rejected}/rejection`, {
    certificateId: decision.$('[name=certificateId]').first().attr('value') ?? '',
    reason: 'no',
  });
  return { ca, waiting };
}

describe('POST /partners/:id/deactivation', () => {
  it('says before how many chips it affects and that nothing is recalled; then ends them in the same step', async () => {
    const portal = await openPortal();
    await withChips(portal);
    const form = await portal.ada.get(`${path(portal)}/new`);
    expect(form.text()).toContain('2 chips');
    expect(form.text()).toContain('not recalled');
    const done = await portal.ada.post(path(portal), { reason: 'left the programme' });
    expect([done.status, done.location]).toEqual([303, `/partners/${portal.idOf('pia')}`]);
    expect(statuses(portal)).toEqual([
      ['A', 'deactivated'],
      ['B', 'deactivated'],
      ['C', 'rejected'],
    ]);
    const page = await portal.ada.get(done.location ?? '');
    expect(page.flash).toBe('partner-deactivated');
    expect(page.$('[data-status]').first().attr('data-status')).toBe('deactivated');
    expect(page.text()).toContain('left the programme');
    expect(
      portal
        .trail()
        .slice(-3)
        .map((entry) => entry.action),
    ).toEqual(['chip.deactivate', 'chip.deactivate', 'partner.deactivate']);
  });

  it('leaves the partner able to sign in, read, download, change language and password, and nothing else', async () => {
    const portal = await openPortal();
    const { waiting, ca } = await withChips(portal);
    await portal.ada.post(path(portal), { reason: 'left' });
    const pia = portal.visitor();
    expect((await pia.post('/login', { identifier: 'pia', password: PASSWORD })).status).toBe(303);
    for (const readable of [
      '/',
      '/chips',
      '/partner-certificate',
      '/partner-certificate/original',
      '/partner-certificate/mosip-signed',
      waiting,
      `${waiting}/certificate/original`,
      '/profile',
    ]) {
      expect((await pia.get(readable)).status, readable).toBe(200);
    }
    expect((await pia.post('/language', { language: 'en' })).status).toBe(303);
    const certificate = pemFile(makeLeaf(ca));
    for (const refused of [
      await pia.get('/chips/new'),
      await pia.post('/chips', { make: 'Acme', model: 'D' }),
      await pia.get('/partner-certificate/new'),
      await pia.upload('/partner-certificate', certificate),
      await pia.upload(`${waiting}/certificate`, certificate),
      await pia.post('/profile/email', { email: 'new@acme.example', currentPassword: PASSWORD }),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMS_PMP_016']]);
    }
    const changed = {
      currentPassword: PASSWORD,
      password: 'another pass phrase',
      confirmPassword: 'another pass phrase',
    };
    expect((await pia.post('/profile/password', changed)).status).toBe(303);
  });

  it('never frees the e-mail address or the username', async () => {
    const portal = await openPortal();
    await portal.ada.post(path(portal), { reason: 'left' });
    const again = await portal
      .visitor()
      .post('/register', { ...REGISTRATION, email: 'PIA@acme.example', username: 'Pia' });
    expect(again.codes).toEqual(['PMS_PRT_011', 'PMS_PRT_051']);
  });

  it.each([
    ['', 'PMP-FV-001'],
    ['x'.repeat(1001), 'PMP-FV-002'],
  ])('needs a reason of 1 to 1000 characters', async (reason, code) => {
    const portal = await openPortal();
    const refused = await portal.ada.post(path(portal), { reason });
    expect([refused.status, refused.codes]).toEqual([422, [code]]);
    expect(
      (await portal.ada.get(`/partners/${portal.idOf('pia')}`)).$('[data-status]').first().attr('data-status'),
    ).toBe('no_certificate');
  });

  it('is final: again is 409 with the present state', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    for (const refused of [
      await portal.ada.get(`${path(portal)}/new`),
      await portal.ada.post(path(portal), { reason: 'again' }),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMS_PMP_016']]);
      expect(refused.$('[data-status]').first().attr('data-status')).toBe('deactivated');
    }
  });

  it('lets one of two at once win; the trail shows both', async () => {
    const portal = await openPortal();
    const answers = await Promise.all([
      portal.ada.post(path(portal), { reason: 'one' }),
      portal.ada.post(path(portal), { reason: 'two' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
    const outcomes = portal
      .trail()
      .filter((entry) => entry.action === 'partner.deactivate')
      .map((entry) => entry.outcome);
    expect(outcomes.sort()).toEqual(['done', 'refused']);
  });

  it('ends an upload that runs at the same time: one wins, the other is told', async () => {
    const portal = await openPortal();
    const { waiting, ca } = await withChips(portal);
    const approve = await portal.ada.get(`${waiting}/decision/new`);
    await portal.ada.post(`${waiting}/approval`, {
      certificateId: approve.$('[name=certificateId]').first().attr('value') ?? '',
    });
    const [deactivation, upload] = await Promise.all([
      portal.ada.post(path(portal), { reason: 'left' }),
      portal.pia.upload(`${waiting}/certificate`, pemFile(makeLeaf(ca))),
    ]);
    expect(deactivation.status).toBe(303);
    expect([303, 409]).toContain(upload.status);
    expect(statuses(portal)).toEqual([
      ['A', 'deactivated'],
      ['B', 'deactivated'],
      ['C', 'rejected'],
    ]);
    const uploads = portal
      .trail()
      .filter((entry) => entry.action === 'chip.upload-certificate')
      .at(-1);
    expect(uploads?.outcome).toBe(upload.status === 303 ? 'done' : 'refused');
  });

  it('is for admins; a GET leads to the form', async () => {
    const portal = await openPortal();
    expect((await portal.otto.post(path(portal), { reason: 'x' })).status).toBe(403);
    expect((await portal.ada.post('/partners/0123/deactivation', { reason: 'x' })).status).toBe(404);
    expect((await portal.ada.get(path(portal))).location).toBe(`${path(portal)}/new`);
  });
});
