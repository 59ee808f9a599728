import { describe, expect, it } from 'vitest';
import {
  approve,
  certificateToDecide,
  chipIn,
  idIn,
  openChipPortal,
  reject,
  type Status,
  statusOf,
  uploadChip,
} from './support.ts';

/** rules 6: each action from each state, and what becomes of it. A code: refused, and the state stays. */
const TABLE: readonly [from: Status, upload: string, approval: string, rejection: string, deactivation: string][] = [
  ['pending_cert_upload', 'pending_approval', 'PMP_AUT_033', 'PMP_AUT_033', 'PMS_FTM_ERROR_010'],
  ['pending_approval', 'PMP_AUT_038', 'approved', 'rejected', 'PMS_FTM_ERROR_010'],
  ['approved', 'pending_approval', 'PMP-CH-002', 'PMP-CH-002', 'deactivated'],
  ['rejected', 'PMP_AUT_038', 'PMP-CH-002', 'PMP-CH-002', 'PMS_FTM_ERROR_010'],
  ['deactivated', 'PMP_AUT_039', 'PMP_AUT_039', 'PMP_AUT_039', 'PMS_FTM_ERROR_007'],
];
const ACTIONS = ['upload', 'approval', 'rejection', 'deactivation'] as const;
const CASES = TABLE.flatMap(([from, ...results]) =>
  ACTIONS.map((action, index) => [from, action, results[index] ?? ''] as const),
);

describe('the table of chips', () => {
  it.each(CASES)('%s: %s -> %s', async (from, action, expected) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, from);
    const certificateId = (await certificateToDecide(portal, chip)) || 'unknown';
    const answer =
      action === 'upload'
        ? await uploadChip(portal.pia, chip, portal.leaf())
        : action === 'deactivation'
          ? await portal.pia.post(`${chip}/deactivation`)
          : await portal.ada.post(`${chip}/${action}`, { certificateId, reason: 'because' });
    if (/^P/.test(expected)) {
      expect([answer.status, answer.codes]).toEqual([409, [expected]]);
      expect(answer.$('main [data-status]').first().attr('data-status')).toBe(from);
      expect(await statusOf(portal, chip)).toBe(from);
      expect(portal.trail().at(-1)).toMatchObject({ outcome: 'refused', code: expected, thing_id: idIn(chip) });
    } else {
      expect([answer.status, answer.codes]).toEqual([303, []]);
      expect(await statusOf(portal, chip)).toBe(expected);
      expect(portal.trail().at(-1)).toMatchObject({ outcome: 'done', thing_id: idIn(chip) });
    }
  });

  it.each(TABLE.map(([from, upload, approval, , deactivation]) => [from, upload, approval, deactivation] as const))(
    '%s: the pages before the action refuse alike',
    async (from, upload, approval, deactivation) => {
      const portal = await openChipPortal();
      const chip = await chipIn(portal, from);
      for (const [visitor, page, expected] of [
        [portal.pia, 'certificate/new', upload],
        [portal.ada, 'decision/new', approval],
        [portal.pia, 'deactivation/new', deactivation],
        [portal.ada, 'deactivation/new', deactivation],
      ] as const) {
        const answer = await visitor.get(`${chip}/${page}`);
        const refused = /^P/.test(expected);
        expect([page, answer.status, answer.codes]).toEqual([page, refused ? 409 : 200, refused ? [expected] : []]);
      }
    },
  );

  it('has no action by which a rejected or deactivated chip ever changes, not even by SQL', async () => {
    const portal = await openChipPortal();
    for (const status of ['rejected', 'deactivated'] as const) {
      const chip = await chipIn(portal, status, status);
      const update = portal.db.$client.prepare("UPDATE chips SET status = 'approved' WHERE id = ?");
      expect(() => update.run(idIn(chip))).toThrow(/never changes/);
    }
  });
});

describe('two actions on one chip at once', () => {
  const outcomes = (portal: Awaited<ReturnType<typeof openChipPortal>>, chip: string, actions: readonly string[]) =>
    portal
      .trail()
      .filter((entry) => entry.thing_id === idIn(chip) && actions.includes(entry.action))
      .slice(-2)
      .map((entry) => entry.outcome)
      .sort();

  it('approve against reject: one wins, the other is told', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    const certificateId = await certificateToDecide(portal, chip);
    const answers = await Promise.all([
      portal.ada.post(`${chip}/approval`, { certificateId }),
      portal.ada.post(`${chip}/rejection`, { certificateId, reason: 'no' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
    expect(await statusOf(portal, chip)).toBe(answers[0].status === 303 ? 'approved' : 'rejected');
    expect(outcomes(portal, chip, ['chip.approve', 'chip.reject'])).toEqual(['done', 'refused']);
  });

  it('two approvals: one wins', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    const answers = await Promise.all([approve(portal, chip), approve(portal, chip)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 409]);
  });

  it('renewal against deactivation: one wins, the other is told', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const [renewal, deactivation] = await Promise.all([
      uploadChip(portal.pia, chip, portal.leaf()),
      portal.ada.post(`${chip}/deactivation`, { reason: 'recalled' }),
    ]);
    expect([renewal.status, deactivation.status].sort()).toEqual([303, 409]);
    expect(await statusOf(portal, chip)).toBe(renewal.status === 303 ? 'pending_approval' : 'deactivated');
    expect(outcomes(portal, chip, ['chip.upload-certificate', 'chip.deactivate'])).toEqual(['done', 'refused']);
  });

  it('a decision and a renewal: the decision names the certificate it was made about', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    const stale = await certificateToDecide(portal, chip);
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, portal.leaf());
    const refused = await portal.ada.post(`${chip}/approval`, { certificateId: stale });
    expect([refused.status, refused.codes]).toEqual([409, ['PMP-CH-002']]);
    const shown = refused.$('[name=certificateId]').first().attr('value');
    expect(shown).not.toBe(stale);
    expect(await statusOf(portal, chip)).toBe('pending_approval');
    expect((await portal.ada.post(`${chip}/approval`, { certificateId: shown ?? '' })).status).toBe(303);
    expect((await reject(portal, chip)).status).toBe(409);
  });
});
