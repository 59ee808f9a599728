import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf } from '../support/certificates.ts';
import { REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { signIn, trustCa } from '../support/workflow.ts';
import {
  addChip,
  approve,
  certificateToDecide,
  chipIn,
  idIn,
  openChipPortal,
  reject,
  statusOf,
  submitChip,
  uploadChip,
} from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const FROM_LIST = { ...HTMX, 'hx-current-url': 'http://pmp.test/chips?status=pending_approval' };

describe('GET /chips/:id/decision/new', () => {
  it('shows chip, provider, certificate and chain above the buttons', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.status).toBe(200);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
    for (const text of ['Acme', 'X1', 'Acme Chips Ltd', 'as registered', 'Test Root CA'])
      expect(page.text()).toContain(text);
    expect(page.$('[data-fingerprint]').attr('data-fingerprint')).toMatch(/^[0-9a-f]{64}$/);
    for (const action of ['approval', 'rejection'])
      expect(page.$(`form[action="${chip}/${action}"] [name=certificateId]`)).toHaveLength(1);
  });

  it('gives htmx what fills the dialog', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const fragment = await portal.ada.get(`${chip}/decision/new`, HTMX);
    expect(fragment.status).toBe(200);
    expect(fragment.body).not.toContain('<html');
    expect(fragment.$('#dialog-title').text()).toContain('Acme X1');
  });

  it('names other partners with the same organisation or the same key', async () => {
    const portal = await openChipPortal();
    const made = portal.leaf();
    const chip = await addChip(portal.pia);
    await uploadChip(portal.pia, chip, made);
    await portal.visitor().post('/register', { ...REGISTRATION, email: 'nora@acme.example', username: 'nora' });
    expect((await portal.ada.get(`${chip}/decision/new`)).text()).toContain('nora');
    expect((await portal.ada.get(`${chip}/decision/new`)).text()).not.toContain('otto');
  });

  it('is for admins', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    expect((await portal.pia.get(`${chip}/decision/new`)).status).toBe(403);
    expect((await portal.guest.get(`${chip}/decision/new`)).status).toBe(303);
    expect((await portal.ada.get('/chips/0123/decision/new')).status).toBe(404);
    for (const action of ['approval', 'rejection']) {
      expect((await portal.pia.post(`${chip}/${action}`, { certificateId: 'x', reason: 'x' })).status).toBe(403);
      expect((await portal.ada.post(`/chips/0123/${action}`, { certificateId: 'x', reason: 'x' })).status).toBe(404);
      expect((await portal.ada.get(`${chip}/${action}`)).location).toBe(`${chip}/decision/new`);
    }
    expect(await statusOf(portal, chip)).toBe('pending_approval');
  });
});

describe('POST /chips/:id/approval', () => {
  it('approves: leads to the chip, tells the partner, writes the trail', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    const answer = await approve(portal, chip);
    expect([answer.status, answer.location]).toEqual([303, chip]);
    expect((await portal.ada.get(chip)).flash).toBe('chip-approved');
    expect((await portal.pia.get(chip)).$('main [data-status]').first().attr('data-status')).toBe('approved');
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'chip.approve', actor: 'ada', outcome: 'done', thing_id: idIn(chip) });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ certificate: certificateId });
  });

  it('from the dialog over the list: the row in its new state, the message, and the dialog closes', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const answer = await approve(portal, chip, FROM_LIST);
    expect([answer.status, answer.headers['hx-trigger']]).toEqual([200, 'dialog-close']);
    expect(answer.body).toContain(`hx-target="#chip-${idIn(chip)}"`);
    expect(answer.body).toContain('data-status="approved"');
    expect(answer.body).toContain('data-flash="chip-approved"');
    const other = await submitChip(portal, 'X2');
    expect((await approve(portal, other, HTMX)).headers['hx-redirect']).toBe(other);
  });

  it('refuses a certificate that is not the one that waits', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    for (const certificateId of ['', 'nonsense', idIn(chip)]) {
      const refused = await portal.ada.post(`${chip}/approval`, { certificateId });
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-CH-002']]);
      expect(refused.$('[name=certificateId]').first().attr('value')).toBe(await certificateToDecide(portal, chip));
    }
    expect((await portal.ada.post(`${chip}/approval`, { certificateId: 'old' }, FROM_LIST)).status).toBe(409);
  });

  it('judges again: what no longer holds is refused with its codes, and can only be rejected', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    portal.db.$client
      .prepare("UPDATE partners SET organization = 'Renamed Ltd' WHERE account_id = ?")
      .run(portal.idOf('pia'));
    const refused = await approve(portal, chip);
    expect([refused.status, refused.codes]).toEqual([422, ['KER-PCM-008']]);
    expect(refused.text('[role=alert]')).toContain('Renamed Ltd');
    expect(await statusOf(portal, chip)).toBe('pending_approval');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.approve', outcome: 'refused', code: 'KER-PCM-008' });
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.$(`form[action="${chip}/approval"]`)).toHaveLength(0);
    expect(page.text('.notice')).toContain('can only be rejected');
    expect((await reject(portal, chip)).status).toBe(303);
  });

  it('judges again at the present time, but without asking for 335 days', async () => {
    const portal = await openChipPortal();
    const notAfter = Date.now() + 400 * DAY;
    const first = await submitChip(portal, 'X1', { notAfter });
    const second = await submitChip(portal, 'X2', { notAfter });
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter - DAY);
    const early = { ...portal, ada: await signIn(portal, 'ada') };
    expect((await approve(early, first)).status).toBe(303);
    vi.setSystemTime(notAfter + 1000);
    const late = { ...portal, ada: await signIn(portal, 'ada') };
    const refused = await approve(late, second);
    expect([refused.status, refused.codes]).toEqual([422, ['KER-PCM-004']]);
    // The one approved in time stays approved, and is marked.
    const page = await late.ada.get(first);
    expect(
      page
        .$('main [data-status]')
        .toArray()
        .map((element) => page.$(element).attr('data-status'))
        .slice(0, 2),
    ).toEqual(['approved', 'expired']);
    const row = (await late.ada.get('/chips')).$(`#chip-${idIn(first)} [data-status="expired"]`);
    expect(row).toHaveLength(1);
  });

  it('marks an approved chip as untrusted once its path is lost', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    portal.db.$client.exec(
      'DROP TRIGGER ca_certificates_no_delete; DELETE FROM ca_certificates; UPDATE trust_store_versions SET version = version + 1',
    );
    const page = await portal.ada.get(chip);
    expect(page.$('main [data-status]').eq(1).attr('data-status')).toBe('untrusted');
    expect((await portal.ada.get('/chips')).$(`#chip-${idIn(chip)} [data-status="untrusted"]`)).toHaveLength(1);
  });
});

describe('POST /chips/:id/rejection', () => {
  it('keeps the reason and shows it to the partner, as text', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const reason = 'Not the chip’s <b>own</b> certificate.\nAsk your CA & try again.';
    expect((await reject(portal, chip, reason)).status).toBe(303);
    expect((await portal.ada.get(chip)).flash).toBe('chip-rejected');
    const page = await portal.pia.get(chip);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('rejected');
    expect(page.$('.timeline blockquote').text().trim()).toBe(reason);
    expect(page.$('.timeline b')).toHaveLength(0);
    expect(JSON.parse(portal.trail().at(-1)?.detail ?? '')).toMatchObject({ reason });
  });

  it.each([
    [undefined, 'PMP-FV-001'],
    ['', 'PMP-FV-001'],
    [' \n ', 'PMP-FV-001'],
    ['x'.repeat(1001), 'PMP-FV-002'],
  ])('needs a reason', async (reason, code) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    const refused = await portal.ada.post(`${chip}/rejection`, {
      certificateId,
      ...(reason === undefined ? {} : { reason }),
    });
    expect([refused.status, refused.codes]).toEqual([422, [code]]);
    expect(refused.$('[name=reason]').text()).toBe(reason ?? '');
    expect(refused.$('[name=certificateId]').first().attr('value')).toBe(certificateId);
    expect(await statusOf(portal, chip)).toBe('pending_approval');
  });

  it('takes one character and a thousand, a line end counting once', async () => {
    const portal = await openChipPortal();
    expect((await reject(portal, await submitChip(portal, 'X1'), 'x')).status).toBe(303);
    expect(
      (await reject(portal, await submitChip(portal, 'X2'), `${'é'.repeat(499)}\r\n${'😀'.repeat(500)}`)).status,
    ).toBe(303);
  });

  it('refused in the dialog: the fragment again', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const refused = await reject(portal, chip, '', FROM_LIST);
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-FV-001']]);
    expect(refused.body).not.toContain('<html');
  });
});

describe('/chips/:id/deactivation', () => {
  it('asks first, then ends the chip: by its provider without a reason', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const page = await portal.pia.get(`${chip}/deactivation/new`);
    expect(page.text()).toContain('This is final');
    const done = await portal.pia.post(`${chip}/deactivation`);
    expect([done.status, done.location]).toEqual([303, chip]);
    expect((await portal.pia.get(chip)).flash).toBe('chip-deactivated');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.deactivate', actor: 'pia', detail: null });
    expect((await portal.pia.get(`${chip}/deactivation`)).location).toBe(`${chip}/deactivation/new`);
  });

  it('by an admin with a reason, which the partner reads', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    for (const reason of ['', 'x'.repeat(1001)]) {
      const refused = await portal.ada.post(`${chip}/deactivation`, { reason });
      expect(refused.status).toBe(422);
      expect(refused.$('[name=reason]').text()).toBe(reason);
    }
    const done = await portal.ada.post(`${chip}/deactivation`, { reason: 'recalled' }, FROM_LIST);
    expect([done.status, done.headers['hx-trigger']]).toEqual([200, 'dialog-close']);
    expect((await portal.pia.get(chip)).text('.timeline')).toContain('recalled');
  });

  it('gives htmx what fills the dialog, also when it is too late', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    expect((await portal.pia.get(`${chip}/deactivation/new`, HTMX)).$('#dialog-title')).toHaveLength(1);
    await portal.pia.post(`${chip}/deactivation`);
    const late = await portal.pia.post(`${chip}/deactivation`, {}, FROM_LIST);
    expect([late.status, late.codes]).toEqual([409, ['PMS_FTM_ERROR_007']]);
    expect(late.$('[data-status]').attr('data-status')).toBe('deactivated');
  });
});

it('a chip below an intermediate that the store got later is trusted from then on', async () => {
  const portal = await openChipPortal();
  const other = makeIntermediate(portal.root);
  const chip = await addChip(portal.pia);
  const made = makeLeaf(other);
  const refused = await uploadChip(portal.pia, chip, made);
  expect([refused.status, refused.codes]).toEqual([422, ['KER-PCM-006']]);
  await trustCa(portal, other, 'intermediate');
  expect((await uploadChip(portal.pia, chip, made)).status).toBe(303);
});
