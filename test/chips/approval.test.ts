import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf } from '../support/certificates.ts';
import { HTMX } from '../support/visitor.ts';
import { signIn, trustCa } from '../support/workflow.ts';
import {
  addChip,
  approve,
  type ChipPortal,
  certificateToDecide,
  FROM_LIST,
  idIn,
  loseTrust,
  openChipPortal,
  reject,
  statusOf,
  submitChip,
  uploadChip,
} from './support.ts';
import { stateOf, walk } from './walk.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The same portal at another instant, with Ada signed in again. */
async function at(portal: ChipPortal, instant: number): Promise<ChipPortal> {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(instant);
  return { ...portal, ada: await signIn(portal, 'ada') };
}

/** So many days from now, on a whole second, as certificates count. */
const inDays = (days: number) => Math.floor(Date.now() / 1000) * 1000 + days * DAY;

describe('POST /chips/:id/approval', () => {
  it('approves: leads to the chip, tells the partner, writes the trail', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    const answer = await approve(portal, chip);
    expect([answer.status, answer.location]).toEqual([303, chip]);
    const page = await portal.ada.get(chip);
    expect(page.flash).toBe('chip-approved');
    expect((await portal.pia.get(chip)).$('main [data-status]').first().attr('data-status')).toBe('approved');
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'chip.approve', actor: 'ada', outcome: 'done', thing_id: idIn(chip) });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ certificate: certificateId });
    const decision = portal.db.$client.prepare('SELECT * FROM chip_decisions').all();
    expect(decision).toMatchObject([
      { certificate_id: certificateId, chip_id: idIn(chip), outcome: 'approved', by: portal.idOf('ada'), reason: null },
    ]);
  });

  it('from the dialog over the list: the row in its new state, the message, and the dialog closes', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const answer = await approve(portal, chip, FROM_LIST);
    expect([answer.status, answer.headers['hx-trigger']]).toEqual([200, 'dialog-close']);
    expect(answer.headers['hx-redirect']).toBeUndefined();
    expect(answer.body).toContain(`hx-target="#chip-${idIn(chip)}"`);
    expect(answer.body).toContain(`<tr id="chip-${idIn(chip)}" data-id="${idIn(chip)}">`);
    expect(answer.body).toContain('data-status="approved"');
    expect(answer.body).not.toContain(`${chip}/decision/new`);
    expect(answer.flash).toBe('chip-approved');
    expect(answer.body).not.toContain('<html');
    expect((await portal.ada.get('/chips')).flash).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['from elsewhere', HTMX],
    ['from a page below the list', { ...HTMX, 'hx-current-url': 'http://pmp.test/chips/new' }],
    ['from no address at all', { ...HTMX, 'hx-current-url': 'nonsense' }],
  ])('by htmx %s leads to the chip', async (_, headers) => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const answer = await approve(portal, chip, headers);
    expect([answer.status, answer.headers['hx-redirect'], answer.body]).toEqual([204, chip, '']);
    expect((await portal.ada.get(chip)).flash).toBe('chip-approved');
  });

  it('refuses a certificate that is not the one that waits, and shows the one that does', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const other = await certificateToDecide(portal, await submitChip(portal, 'X2'));
    const waiting = await certificateToDecide(portal, chip);
    for (const certificateId of ['', 'nonsense', other]) {
      const refused = await portal.ada.post(`${chip}/approval`, { certificateId });
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-CH-002']]);
      expect(refused.$('[name=certificateId]').first().attr('value')).toBe(waiting);
    }
    expect((await portal.ada.post(`${chip}/approval`, {})).codes).toEqual(['PMP-CH-002']);
    expect(await statusOf(portal, chip)).toBe('pending_approval');
  });

  it('about an earlier certificate: 409, the new one is shown and can be decided', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const earlier = await certificateToDecide(portal, chip);
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, portal.leaf());
    const before = stateOf(portal);
    for (const headers of [{}, FROM_LIST]) {
      const refused = await portal.ada.post(`${chip}/approval`, { certificateId: earlier }, headers);
      expect([refused.status, refused.codes]).toEqual([409, ['PMP-CH-002']]);
      expect(refused.text('[role=alert]')).toContain('Another certificate has come since');
      expect(refused.headers['hx-trigger']).toBeUndefined();
      expect(stateOf(portal)).toEqual(before);
      const shown = refused.$('[name=certificateId]').first().attr('value') ?? '';
      expect(shown).not.toBe(earlier);
      expect(shown).toBe(await certificateToDecide(portal, chip));
    }
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.approve', outcome: 'refused', code: 'PMP-CH-002' });
    expect((await approve(portal, chip)).status).toBe(303);
  });

  it('a second time: told that it is approved already', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const certificateId = await certificateToDecide(portal, chip);
    await approve(portal, chip);
    for (const headers of [{}, FROM_LIST]) {
      const again = await portal.ada.post(`${chip}/approval`, { certificateId }, headers);
      expect([again.status, again.codes]).toEqual([409, ['PMP-CH-002']]);
      expect(again.text('[role=alert]')).toContain('already been approved');
    }
  });
});

describe('POST /chips/:id/approval judges again', () => {
  /** Refused with these codes, whatever the dialog; the chip stays pending and can only be rejected. */
  async function expectOnlyReject(portal: ChipPortal, chip: string, codes: string[], wording: string) {
    for (const headers of [{}, FROM_LIST]) {
      const refused = await approve(portal, chip, headers);
      expect([refused.status, refused.codes]).toEqual([422, codes]);
      expect(refused.text('[role=alert]')).toContain(wording);
      expect(refused.$(`form[action="${chip}/approval"]`)).toHaveLength(0);
      expect(refused.$(`form[action="${chip}/rejection"]`)).toHaveLength(1);
    }
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.approve', outcome: 'refused', code: codes.join(' ') });
    expect(await statusOf(portal, chip)).toBe('pending_approval');
    expect((await reject(portal, chip)).status).toBe(303);
    expect(await statusOf(portal, chip)).toBe('rejected');
  }

  it('the organisation, as corrected in the meantime', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    portal.db.$client.exec(`UPDATE partners SET organization = 'Renamed Ltd' WHERE organization = 'Acme Chips Ltd'`);
    await expectOnlyReject(portal, chip, ['KER-PCM-008'], 'Renamed Ltd');
  });

  it('the path, lost in the meantime', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    loseTrust(portal);
    await expectOnlyReject(portal, chip, ['KER-PCM-006'], 'trust store');
  });

  it('the CA, up to its last second', async () => {
    const portal = await openChipPortal();
    const notAfter = inDays(400);
    const short = makeIntermediate(portal.root, { notAfter });
    await trustCa(portal, short, 'intermediate');
    const chips = [await addChip(portal.pia, 'X1'), await addChip(portal.pia, 'X2')] as const;
    for (const chip of chips) expect((await uploadChip(portal.pia, chip, makeLeaf(short))).status).toBe(303);
    expect((await approve(await at(portal, notAfter), chips[0])).status).toBe(303);
    const label = short.certificate.subject.label;
    await expectOnlyReject(await at(portal, notAfter + 1), chips[1], ['KER-PCM-006'], label);
  });

  it('the certificate, up to its last second, though it has far fewer than 335 days left', async () => {
    const portal = await openChipPortal();
    const notAfter = inDays(400);
    const chips = [await submitChip(portal, 'X1', { notAfter }), await submitChip(portal, 'X2', { notAfter })] as const;
    expect((await approve(await at(portal, notAfter), chips[0])).status).toBe(303);
    await expectOnlyReject(await at(portal, notAfter + 1), chips[1], ['KER-PCM-004'], 'It was valid until');
  });

  it('lists all that is wrong, in the order of the rules', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    portal.db.$client.exec(`UPDATE partners SET organization = 'Renamed Ltd' WHERE organization = 'Acme Chips Ltd'`);
    loseTrust(portal);
    await expectOnlyReject(
      await at(portal, inDays(900)),
      chip,
      ['KER-PCM-004', 'KER-PCM-008', 'KER-PCM-006'],
      'Renamed',
    );
  });
});

describe('an approved chip', () => {
  const marks = async (portal: ChipPortal, chip: string) => {
    const [page, list] = [await portal.ada.get(chip), await portal.ada.get('/chips')];
    const read = (answer: typeof page, selector: string) =>
      answer
        .$(selector)
        .toArray()
        .map((element) => answer.$(element).attr('data-status'));
    return [read(page, 'main .page-header [data-status]'), read(list, `#chip-${idIn(chip)} [data-status]`)];
  };

  it('stays approved when its certificate ends, and is marked', async () => {
    const portal = await openChipPortal();
    const notAfter = inDays(400);
    const chip = await submitChip(portal, 'X1', { notAfter });
    await approve(portal, chip);
    expect(await marks(await at(portal, notAfter), chip)).toEqual([['approved'], ['approved']]);
    const both = ['approved', 'expired'];
    expect(await marks(await at(portal, notAfter + 1), chip)).toEqual([both, both]);
  });

  it('stays approved when its path is lost, and is marked', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await approve(portal, chip);
    loseTrust(portal);
    const both = ['approved', 'untrusted'];
    expect(await marks(portal, chip)).toEqual([both, both]);
  });
});

it('GET leads to the page of the form', async () => {
  const portal = await openChipPortal();
  const chip = await submitChip(portal);
  const answer = await portal.ada.get(`${chip}/approval`);
  expect([answer.status, answer.location]).toEqual([303, `${chip}/decision/new`]);
  expect((await portal.pia.get(`${chip}/approval`)).status).toBe(403);
  expect(await statusOf(portal, chip)).toBe('pending_approval');
});

walk({ method: 'POST', path: '/chips/:id/approval', who: 'admin', status: 'pending_approval', action: 'chip.approve' });
