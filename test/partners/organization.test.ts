import { describe, expect, it } from 'vitest';
import { openPortal, type Portal } from '../support/portal.ts';
import { acceptPia, deactivate } from '../support/workflow.ts';

const path = (portal: Portal) => `/partners/${portal.idOf('pia')}/organization`;
const organizationOf = (portal: Portal) =>
  portal.db.$client.prepare('SELECT organization FROM partners WHERE account_id = ?').pluck().get(portal.idOf('pia'));

describe('POST /partners/:id/organization', () => {
  it('corrects the organisation and keeps why', async () => {
    const portal = await openPortal();
    const form = await portal.ada.get(`${path(portal)}/new`);
    expect(form.$('[name=organization]').attr('value')).toBe('Acme Chips Ltd');
    const done = await portal.ada.post(path(portal), { organization: ' Acme  Chips Limited ', reason: 'a slip' });
    expect([done.status, done.location]).toEqual([303, `/partners/${portal.idOf('pia')}`]);
    expect((await portal.ada.get(done.location ?? '')).flash).toBe('organization-corrected');
    expect(organizationOf(portal)).toBe('Acme Chips Limited');
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'partner.correct-organization', actor: 'ada', thing_id: portal.idOf('pia') });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({
      before: 'Acme Chips Ltd',
      organization: 'Acme Chips Limited',
      reason: 'a slip',
    });
  });

  it.each([
    [{ organization: '', reason: 'x' }, ['PMP-FV-001']],
    [{ organization: 'x'.repeat(129), reason: 'x' }, ['PMP-FV-002']],
    [{ organization: 'Acme', reason: '' }, ['PMP-FV-001']],
    [{ organization: 'Acme', reason: 'x'.repeat(1001) }, ['PMP-FV-002']],
    [{}, ['PMP-FV-001', 'PMP-FV-001']],
  ])('refuses %j', async (form, codes) => {
    const portal = await openPortal();
    const refused = await portal.ada.post(path(portal), form);
    expect([refused.status, refused.codes]).toEqual([422, codes]);
    if ('organization' in form) expect(refused.$('[name=organization]').attr('value')).toBe(form.organization);
    expect(organizationOf(portal)).toBe('Acme Chips Ltd');
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'partner.correct-organization',
      outcome: 'refused',
      code: codes.join(' '),
    });
  });

  it('takes 128 characters of any script, and a reason of 1000', async () => {
    const portal = await openPortal();
    const done = await portal.ada.post(path(portal), { organization: 'ش'.repeat(128), reason: 'x'.repeat(1000) });
    expect(done.status).toBe(303);
  });

  it('is refused once a certificate is accepted: form and change', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    for (const refused of [
      await portal.ada.get(`${path(portal)}/new`),
      await portal.ada.post(path(portal), { organization: 'Other', reason: 'x' }),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-PT-001']]);
      expect(refused.$('[data-status]').first().attr('data-status')).toBe('active');
    }
    expect(organizationOf(portal)).toBe('Acme Chips Ltd');
  });

  it('is refused for a deactivated partner', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    const refused = await portal.ada.post(path(portal), { organization: 'Other', reason: 'x' });
    expect([refused.status, refused.codes]).toEqual([409, ['PMS_PMP_016']]);
  });

  it('is for admins, and for partners that exist; a GET leads to the form', async () => {
    const portal = await openPortal();
    expect((await portal.pia.post(path(portal), { organization: 'Mine', reason: 'x' })).status).toBe(403);
    expect((await portal.guest.post(path(portal))).location).toMatch(/^\/login/);
    expect((await portal.ada.post('/partners/0123/organization', { organization: 'A', reason: 'x' })).status).toBe(404);
    expect((await portal.ada.get(path(portal))).location).toBe(`${path(portal)}/new`);
    expect(organizationOf(portal)).toBe('Acme Chips Ltd');
  });
});
