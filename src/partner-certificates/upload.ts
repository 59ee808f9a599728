import { getActivePartner, makeCurrent, type Partner } from '../accounts/index.ts';
import { type Actor, recordChange } from '../audit/index.ts';
import { insertMosipSigned, judge, keepCertificate } from '../certificates/index.ts';
import { type Db, groupCommit } from '../db/index.ts';
import type { Reason } from '../lib/reasons.ts';
import { forgetCertificate } from '../notifications/index.ts';
import type { Certificate, CertificatePath } from '../pki/index.ts';
import type { Issued, SigningCa } from '../signing-ca/index.ts';
import type { Trust } from '../trust-store/index.ts';

export type Uploaded =
  | { readonly ok: true; readonly certificateId: string; readonly endsEarly: boolean }
  | { readonly ok: false; readonly reasons: readonly Reason[]; readonly path: CertificatePath };

/** What the verbs of this feature work with. */
export interface PartnerCertificates {
  readonly db: Db;
  readonly trust: Trust;
  readonly signingCa: SigningCa;
}

/**
 * Accepts a partner certificate and issues the MOSIP-signed one (rules 3, 5): judged before signing, and once more in the transaction
 * that stores both, since the trust store, the registration or another upload may have changed while the key was signing.
 * @param signed is called as soon as it is signed, and only has to be written (`onTheWayToCommit`)
 */
export async function uploadPartnerCertificate(
  parts: PartnerCertificates,
  actor: Actor & { id: string },
  certificate: Certificate,
  signed: () => void,
): Promise<Uploaded> {
  const { db, trust, signingCa } = parts;
  const first = judge(db, trust, getActivePartner(db, actor.id), certificate, { for: 'partner' });
  if (first.faults.length > 0) return { ok: false, reasons: first.faults, path: first.path };
  return groupCommit(db, signingCa.issue(certificate).finally(signed), (tx, issued) => {
    if (!issued.ok) return { ok: false, reasons: issued.reasons, path: first.path };
    const partner = getActivePartner(tx, actor.id);
    const { faults, path } = judge(tx, trust, partner, certificate, { for: 'partner' });
    if (faults.length > 0) return { ok: false, reasons: faults, path };
    return { ok: true, certificateId: store(tx, actor, partner, path, issued), endsEarly: issued.endsEarly };
  });
}

function store(
  tx: Parameters<typeof keepCertificate>[0],
  actor: Actor,
  partner: Partner,
  path: CertificatePath,
  issued: Extract<Issued, { ok: true }>,
): string {
  const certificateId = keepCertificate(tx, partner, path, null);
  const signed = issued.certificate;
  insertMosipSigned(tx, {
    certificateId,
    issuerId: issued.issuerId,
    serialNumber: signed.serialNumber,
    fingerprint: signed.fingerprint,
    der: signed.der,
    notBefore: signed.notBefore,
    notAfter: signed.notAfter,
  });
  makeCurrent(tx, partner.id, certificateId);
  if (partner.certificateId !== null) forgetCertificate(tx, partner.certificateId);
  recordChange(tx, actor, {
    action: 'partner-certificate.upload',
    thing: { type: 'partner', id: partner.id },
    detail: {
      certificate: certificateId,
      fingerprint: path.certificate.fingerprint,
      serialNumber: signed.serialNumber,
    },
  });
  return certificateId;
}
