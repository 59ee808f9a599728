import { describe, expect, it } from 'vitest';
import { addChip, chipIn, openChipPortal } from './support.ts';
import { walk } from './walk.ts';

describe('GET /chips/:id/certificate/new', () => {
  it('shows the one form, which says what the file must be', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const page = await portal.pia.get(`${chip}/certificate/new`);
    expect(page.status).toBe(200);
    const form = page.$(`form[action="${chip}/certificate"][enctype="multipart/form-data"]`);
    expect(form.find('input[type=file][name=certificate]')).toHaveLength(1);
    expect(page.$('input[type=file]')).toHaveLength(1);
    expect(page.text('#certificate-hint')).toContain('“Acme Chips Ltd”');
    expect(page.text('#certificate-hint')).toContain('335 more days');
    expect(page.$('.notice')).toHaveLength(0);
    expect(page.text()).toContain('Acme X1');
  });

  it('names an organisation with markup as text', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    portal.db.$client.exec("UPDATE partners SET organization = '<b>Acme</b> & Co'");
    const page = await portal.pia.get(`${chip}/certificate/new`);
    expect(page.text('#certificate-hint')).toContain('“<b>Acme</b> & Co”');
  });

  it('of an approved chip says before what a renewal costs', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const page = await portal.pia.get(`${chip}/certificate/new`);
    for (const text of ['out of service', 'goes back to Pending for Approval', 'If the new certificate is rejected'])
      expect(page.text('.notice')).toContain(text);
  });

  it.each([
    ['pending_approval', 'PMP_AUT_038', 'Wait for the decision'],
    ['rejected', 'PMP_AUT_038', 'Add the same make and model again'],
    ['deactivated', 'PMP_AUT_039', 'Add the same make and model again'],
  ] as const)('of a chip that is %s says %s and shows it as it is', async (status, code, next) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    const answer = await portal.pia.get(`${chip}/certificate/new`);
    expect([answer.status, answer.codes]).toEqual([409, [code]]);
    expect(answer.text('[role=alert]')).toContain(next);
    expect(answer.$('main [data-status]').first().attr('data-status')).toBe(status);
    expect(answer.$('input[type=file]')).toHaveLength(0);
  });
});

walk({ method: 'GET', path: '/chips/:id/certificate/new', who: 'partner', status: 'pending_cert_upload' });
