import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/visitor.ts';
import { rowsIn } from '../support/workflow.ts';
import {
  addChip,
  type ChipPortal,
  certificateToDecide,
  chipIn,
  openChipPortal,
  statusOf,
  uploadChip,
} from './support.ts';

/** What the trail says of two attempts: one done, one refused with this code. */
function expectBothInTrail(portal: ChipPortal, code: string): void {
  const last = portal.trail().slice(-2);
  expect(last.map((entry) => entry.outcome).sort()).toEqual(['done', 'refused']);
  expect(last.find((entry) => entry.outcome === 'refused')?.code).toBe(code);
}

/** One of two answers is a success; returns the other. */
function loserOf(answers: readonly Answer[]): Answer {
  expect(answers.map((answer) => answer.status === 303).sort()).toEqual([false, true]);
  return answers.find((answer) => answer.status !== 303) as Answer;
}

const CODE_AFTER: Record<string, string> = { pending_approval: 'PMS_FTM_ERROR_010', deactivated: 'PMP_AUT_039' };

describe('two actions on one chip at once: one wins, the other is told', () => {
  it.each([
    { actions: ['approval', 'rejection'] },
    { actions: ['rejection', 'approval'] },
    { actions: ['approval', 'approval'] },
    { actions: ['rejection', 'rejection'] },
  ])('$actions', async ({ actions }) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    const form = { certificateId: await certificateToDecide(portal, chip), reason: 'no' };
    const answers = await Promise.all(actions.map((action) => portal.ada.post(`${chip}/${action}`, form)));
    const loser = loserOf(answers);
    expect([loser.status, loser.codes]).toEqual([409, ['PMP-CH-002']]);
    // Final: nothing of “not yet”.
    expect(loser.text('[role=alert] h2')).toBe('This was not done, for one reason');
    const status = await statusOf(portal, chip);
    const won = actions[answers.findIndex((answer) => answer.status === 303)];
    expect(status).toBe(won === 'approval' ? 'approved' : 'rejected');
    expect(loser.$('main [data-status]').first().attr('data-status')).toBe(status);
    expect(rowsIn(portal, 'chip_decisions')).toBe(1);
    expectBothInTrail(portal, 'PMP-CH-002');
  });

  it.each(['provider', 'admin'])('renewal against deactivation by the %s', async (who) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const ends = () =>
      who === 'admin'
        ? portal.ada.post(`${chip}/deactivation`, { reason: 'recalled' })
        : portal.pia.post(`${chip}/deactivation`);
    const loser = loserOf(await Promise.all([uploadChip(portal.pia, chip, portal.leaf()), ends()]));
    const status = (await statusOf(portal, chip)) ?? '';
    expect([loser.status, loser.codes]).toEqual([409, [CODE_AFTER[status]]]);
    expect(loser.$('main [data-status]').first().attr('data-status')).toBe(status);
    expect(rowsIn(portal, 'chip_deactivations')).toBe(status === 'deactivated' ? 1 : 0);
    expectBothInTrail(portal, CODE_AFTER[status] ?? '');
  });

  it('two deactivations, of the provider and of the admin', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const answers = await Promise.all([
      portal.pia.post(`${chip}/deactivation`),
      portal.ada.post(`${chip}/deactivation`, { reason: 'recalled' }),
    ]);
    const loser = loserOf(answers);
    expect([loser.status, loser.codes]).toEqual([409, ['PMS_FTM_ERROR_007']]);
    expect(rowsIn(portal, 'chip_deactivations')).toBe(1);
    expectBothInTrail(portal, 'PMS_FTM_ERROR_007');
  });

  it('two uploads for a chip that waits for its certificate', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const before = rowsIn(portal, 'certificates');
    const answers = await Promise.all([1, 2].map(() => uploadChip(portal.pia, chip, portal.leaf())));
    const loser = loserOf(answers);
    expect([loser.status, loser.codes]).toEqual([409, ['PMP_AUT_038']]);
    expect(rowsIn(portal, 'certificates')).toBe(before + 1);
    expectBothInTrail(portal, 'PMP_AUT_038');
  });
});

describe('two at once that only one can have', () => {
  it('the same make and model: one row, the other is told that it is there', async () => {
    const portal = await openChipPortal();
    const form = { make: 'Acme', model: 'X1' };
    const loser = loserOf(await Promise.all([1, 2].map(() => portal.pia.post('/chips', form))));
    expect([loser.status, loser.codes]).toEqual([422, ['PMP_AUT_032']]);
    expect(loser.$('[name=model]').val()).toBe('X1');
    expect(rowsIn(portal, 'chips')).toBe(1);
    expectBothInTrail(portal, 'PMP_AUT_032');
  });

  it('the same key for two chips: one has it', async () => {
    const portal = await openChipPortal();
    const [one, other] = [await addChip(portal.pia, 'X1'), await addChip(portal.pia, 'X2')];
    const made = portal.leaf();
    const loser = loserOf(await Promise.all([one, other].map((chip) => uploadChip(portal.pia, chip, made))));
    expect([loser.status, loser.codes]).toEqual([422, ['PMP-CH-001']]);
    expectBothInTrail(portal, 'PMP-CH-001');
  });
});
