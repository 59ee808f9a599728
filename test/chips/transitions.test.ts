import { describe, expect, it } from 'vitest';
import { certificateToDecide, chipIn, idIn, openChipPortal, type Status, statusOf, uploadChip } from './support.ts';

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
