import { getActivePartner, type Partner } from '../../accounts/index.ts';
import { type Actor, recordChange } from '../../audit/index.ts';
import { findCertificate, judge, keepCertificate, requireUsablePartner } from '../../certificates/index.ts';
import { groupCommit, type Queries } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import type { Reason } from '../../lib/reasons.ts';
import { tellWaiting } from '../../notifications/index.ts';
import type { Certificate, CertificatePath, PartnerJudgement } from '../../pki/index.ts';
import type { Trust } from '../../trust-store/index.ts';
import { type Chips, getChip, refuseConflict, uploadConflict } from '../chip.ts';
import { type ChipRow, updateChip } from '../store.ts';

export type Uploaded =
  | { readonly ok: true; readonly renewal: boolean }
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly path: CertificatePath };

/**
 * Takes a chip's certificate, first or renewed: judged (rules 3) and stored in one transaction, after which the chip waits for a decision.
 * @throws AppError conflict when the partner or the chip's state does not allow it (rules 6)
 */
export function uploadChipCertificate(
  { db, trust }: Chips,
  actor: Actor & { id: string },
  chipId: string,
  certificate: Certificate,
): Promise<Uploaded> {
  return groupCommit(db, Promise.resolve(), (tx) => {
    const partner = getActivePartner(tx, actor.id);
    const chip = getChip(tx, chipId);
    refuseConflict(uploadConflict(chip));
    requireUsablePartner(tx, trust, partner);
    const { faults, path } = judgeChipCertificate(tx, trust, partner, chip, certificate);
    if (faults.length > 0) return { ok: false, reasons: faults, path };
    const certificateId = keepCertificate(tx, partner, path, chip.id);
    updateChip(tx, chip.id, { status: 'pending_approval', statusAt: now(), certificateId });
    tellWaiting(tx, chip, certificateId, partner.organization);
    recordChange(tx, actor, {
      action: 'chip.upload-certificate',
      thing: { type: 'chip', id: chip.id },
      detail: { certificate: certificateId, fingerprint: certificate.fingerprint, from: chip.status },
    });
    return { ok: true, renewal: chip.status === 'approved' };
  });
}

/** Judges a certificate for a chip as it is now (rules 3). */
export function judgeChipCertificate(
  db: Queries,
  trust: Trust,
  partner: Partner,
  chip: ChipRow,
  certificate: Certificate,
): PartnerJudgement {
  // An approved chip's current certificate is the one it was approved with.
  const approvedId = chip.status === 'approved' ? chip.certificateId : null;
  const approved = approvedId === null ? undefined : findCertificate(db, approvedId);
  return judge(db, trust, partner, certificate, {
    for: 'chip',
    chipId: chip.id,
    approvedFingerprint: approved?.fingerprint,
  });
}
