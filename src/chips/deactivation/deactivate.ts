import { getActivePartner } from '../../accounts/index.ts';
import { type Actor, recordChange } from '../../audit/index.ts';
import { type Queries, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { tellChipDeactivated } from '../../notifications/index.ts';
import { type Chips, deactivationConflict, getChip, refuseConflict } from '../chip.ts';
import { type ChipRow, insertDeactivation, listLivingChips, updateChip } from '../store.ts';

/**
 * Deactivates an approved chip, for good. A provider needs no reason, an admin gives one.
 * @throws StateConflict when the chip is not approved (PMS_FTM_ERROR_010) or deactivated already (PMS_FTM_ERROR_007)
 */
export function deactivateChip(
  { db }: Chips,
  actor: Actor & { id: string },
  chipId: string,
  reason: string | null,
): void {
  transaction(db, (tx) => {
    const chip = getChip(tx, chipId);
    const byPartner = actor.id === chip.partnerId;
    if (byPartner) getActivePartner(tx, actor.id);
    refuseConflict(deactivationConflict(chip));
    end(tx, actor, chip, reason);
    tellChipDeactivated(tx, chip, byPartner ? undefined : { reason });
  });
}

/** Deactivates every living chip of a partner, inside the transaction that deactivates the partner (rules 7). Returns how many. */
export function deactivateChipsOf(
  tx: Queries,
  actor: Actor & { id: string },
  partnerId: string,
  reason: string,
): number {
  const living = listLivingChips(tx, partnerId);
  for (const chip of living) {
    end(tx, actor, chip, reason);
    // The partner is told of its own end, not of each chip's.
    tellChipDeactivated(tx, chip, undefined);
  }
  return living.length;
}

function end(tx: Queries, actor: Actor & { id: string }, chip: ChipRow, reason: string | null): void {
  const { id: chipId } = chip;
  updateChip(tx, chipId, { status: 'deactivated', statusAt: now() });
  insertDeactivation(tx, { chipId, at: now(), by: actor.id, reason });
  recordChange(tx, actor, {
    action: 'chip.deactivate',
    thing: { type: 'chip', id: chipId },
    ...(reason === null ? {} : { detail: { reason } }),
  });
}
