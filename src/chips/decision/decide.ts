import { findPartnerById } from '../../accounts/index.ts';
import { type Actor, recordChange } from '../../audit/index.ts';
import { findCertificate, judge, parseStored } from '../../certificates/index.ts';
import { type Queries, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import type { Reason } from '../../lib/reasons.ts';
import { tellDecision } from '../../notifications/index.ts';
import type { CertificatePath } from '../../pki/index.ts';
import { type Chips, decisionConflict, getChip, refuseConflict } from '../chip.ts';
import { type ChipRow, insertDecision, updateChip } from '../store.ts';

export type Decided =
  | { readonly ok: true }
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly path: CertificatePath };

/**
 * Approves a chip with the certificate the admin saw. The certificate is judged again, all of rules 3 but 3.3: with a fault the chip stays
 * pending and can only be rejected.
 * @throws StateConflict when another certificate has come since, or the chip no longer waits
 */
export function approveChip(
  { db, trust }: Chips,
  actor: Actor & { id: string },
  chipId: string,
  certificateId: string,
): Decided {
  return transaction(db, (tx) => {
    const chip = getChip(tx, chipId);
    refuseConflict(decisionConflict(chip, certificateId));
    const { faults, path } = judgeAgain(tx, trust, chip);
    if (faults.length > 0) return { ok: false, reasons: faults, path };
    decide(tx, actor, chip, certificateId, 'approved', null);
    return { ok: true };
  });
}

/**
 * Rejects a chip's certificate, with a reason that the partner reads.
 * @throws StateConflict as for an approval
 */
export function rejectChip(
  { db }: Chips,
  actor: Actor & { id: string },
  chipId: string,
  certificateId: string,
  reason: string,
): void {
  transaction(db, (tx) => {
    const chip = getChip(tx, chipId);
    refuseConflict(decisionConflict(chip, certificateId));
    decide(tx, actor, chip, certificateId, 'rejected', reason);
  });
}

/** Judges the current certificate of a waiting chip as it stands now. */
export function judgeAgain(db: Queries, trust: Chips['trust'], chip: ChipRow) {
  const row = chip.certificateId === null ? undefined : findCertificate(db, chip.certificateId);
  const partner = findPartnerById(db, chip.partnerId);
  if (row === undefined || partner === undefined)
    throw new Error(`chip ${chip.id} waits for a decision without a certificate or partner`);
  const certificate = parseStored(row);
  return {
    certificate,
    ...judge(db, trust, partner, certificate, {
      for: 'chip',
      chipId: chip.id,
      approvedFingerprint: undefined,
      again: true,
    }),
  };
}

function decide(
  tx: Queries,
  actor: Actor & { id: string },
  chip: ChipRow,
  certificateId: string,
  outcome: 'approved' | 'rejected',
  reason: string | null,
): void {
  insertDecision(tx, { certificateId, chipId: chip.id, outcome, at: now(), by: actor.id, reason });
  updateChip(tx, chip.id, { status: outcome, statusAt: now() });
  tellDecision(tx, chip, certificateId, outcome, reason);
  recordChange(tx, actor, {
    action: outcome === 'approved' ? 'chip.approve' : 'chip.reject',
    thing: { type: 'chip', id: chip.id },
    detail: { certificate: certificateId, ...(reason === null ? {} : { reason }) },
  });
}
