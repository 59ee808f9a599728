import { describe, expect, it } from 'vitest';
import {
  approve,
  certificateToDecide,
  chipIn,
  FROM_LIST,
  idIn,
  openChipPortal,
  reject,
  submitChip,
  uploadChip,
} from '../chips/support.ts';
import { PASSWORD } from '../support/portal.ts';
import { kindsTold, toldTo } from './support.ts';

describe('a chip that waits for a decision', () => {
  it('is told to every active admin, by mail with what else comes in the hour, and to nobody else', async () => {
    const portal = await openChipPortal();
    const bea = { firstName: 'Bea', lastName: 'B', email: 'bea@authority.example', username: 'bea' };
    await portal.ada.post('/admins', { ...bea, password: PASSWORD, confirmPassword: PASSWORD });
    const chip = await submitChip(portal);
    expect(toldTo(portal).map(({ username, kind, mail_due }) => [username, kind, mail_due])).toEqual([
      ['ada', 'chip-waiting', 'gathered'],
      ['bea', 'chip-waiting', 'gathered'],
    ]);
    const page = await portal.ada.get('/notifications');
    expect(page.text('tr[data-id]')).toContain('The chip Acme X1 of Acme Chips Ltd waits for a decision.');
    expect(page.$(`tr[data-id] a[href="${chip}/decision/new"]`).text()).toBe('Approve or reject');
  });

  it.each(['approve', 'reject'] as const)('is taken away from all admins when one decides: %s', async (decision) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await submitChip(portal, 'X2');
    await (decision === 'approve' ? approve(portal, chip) : reject(portal, chip));
    expect(kindsTold(portal, 'ada')).toEqual(['chip-waiting']);
    expect((await portal.ada.get('/notifications')).text()).not.toContain('Acme X1');
  });

  it('is taken away when the provider is deactivated', async () => {
    const portal = await openChipPortal();
    await submitChip(portal);
    await portal.ada.post(`/partners/${portal.idOf('pia')}/deactivation`, { reason: 'left' });
    expect(kindsTold(portal, 'ada')).toEqual([]);
  });

  it('is told anew for a renewal', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await approve(portal, chip);
    expect(kindsTold(portal, 'ada')).toEqual([]);
    await uploadChip(portal.pia, chip, portal.leaf());
    expect(kindsTold(portal, 'ada')).toEqual(['chip-waiting']);
  });

  it('is not told of when the upload is refused', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_cert_upload');
    const answer = await uploadChip(portal.pia, chip, portal.leaf({ subject: { O: 'Somebody Else', CN: 'x' } }));
    expect(answer.status).toBe(422);
    expect(toldTo(portal)).toEqual([]);
  });
});

describe('a decision', () => {
  it('to approve is told to the partner at once, with the way to the chip', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    expect(toldTo(portal).map(({ username, kind, mail_due }) => [username, kind, mail_due])).toEqual([
      ['pia', 'chip-approved', 'at-once'],
    ]);
    const page = await portal.pia.get('/notifications');
    expect(page.text('tr[data-id]')).toContain('Your chip Acme X1 was approved.');
    expect(page.$(`tr[data-id] a[href="${chip}"]`)).toHaveLength(1);
  });

  it('to reject is told with its reason, as text, and the way to add the chip again', async () => {
    const portal = await openChipPortal();
    await reject(portal, await submitChip(portal), '<b>Not</b> of this chip');
    const page = await portal.pia.get('/notifications');
    expect(page.text('tr[data-id]')).toContain('Your chip Acme X1 was rejected. Reason: <b>Not</b> of this chip');
    expect(page.$('tr[data-id] b')).toHaveLength(0);
    const again = await portal.pia.get(page.$('tr[data-id] a').attr('href') ?? '');
    expect([again.$('[name=make]').attr('value'), again.$('[name=model]').attr('value')]).toEqual(['Acme', 'X1']);
  });

  it('from the dialog over the list is told likewise', async () => {
    const portal = await openChipPortal();
    await reject(portal, await submitChip(portal), 'no', FROM_LIST);
    expect(kindsTold(portal, 'pia')).toEqual(['chip-rejected']);
  });

  it('that comes too late is not told', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    await reject(portal, chip);
    const late = await portal.ada.post(`${chip}/approval`, { certificateId });
    expect(late.status).toBe(409);
    expect(kindsTold(portal, 'pia')).toEqual(['chip-rejected']);
  });
});

describe('a deactivation', () => {
  it('of a chip by an admin is told to the partner with the reason', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    await portal.ada.post(`${chip}/deactivation`, { reason: 'key was lost' });
    expect(kindsTold(portal, 'pia')).toEqual(['chip-approved', 'chip-deactivated']);
    expect(toldTo(portal, 'pia').at(-1)?.thing_id).toBe(idIn(chip));
    expect((await portal.pia.get('/notifications')).text()).toContain(
      'deactivated by a Partner Admin. Reason: key was lost',
    );
  });

  it('of a chip by the partner itself is told to nobody', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'deactivated');
    expect(kindsTold(portal, 'pia')).toEqual(['chip-approved']);
    expect(kindsTold(portal, 'ada')).toEqual([]);
  });

  it('of a partner is told once, not for each of its chips; it can still read and dismiss it', async () => {
    const portal = await openChipPortal();
    for (const model of ['X1', 'X2']) await chipIn(portal, 'approved', model);
    await portal.ada.post(`/partners/${portal.idOf('pia')}/deactivation`, { reason: 'contract ended' });
    expect(kindsTold(portal, 'pia')).toEqual(['chip-approved', 'chip-approved', 'partner-deactivated']);
    const page = await portal.pia.get('/notifications?kind=partner-deactivated');
    expect(page.text('tr[data-id]')).toContain('Reason: contract ended');
    const answer = await portal.pia.post(page.$('tr[data-id] form').attr('action') ?? '');
    expect([answer.status, answer.location]).toEqual([303, '/notifications']);
    expect(toldTo(portal, 'pia').at(-1)?.dismissed_at).not.toBeNull();
  });
});

it('what is told and what makes it true are on disk together or not at all', async () => {
  const portal = await openChipPortal();
  const chip = await submitChip(portal);
  portal.db.$client.exec(
    "CREATE TRIGGER no_telling BEFORE INSERT ON notifications BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  );
  const answer = await approve(portal, chip);
  expect(answer.status).toBe(500);
  const { $client } = portal.db;
  expect($client.prepare('SELECT status FROM chips').pluck().all()).toEqual(['pending_approval']);
  expect($client.prepare('SELECT count(*) FROM chip_decisions').pluck().get()).toBe(0);
  expect(kindsTold(portal, 'ada')).toEqual(['chip-waiting']);
});
