import { type Actor, recordChange } from '../../audit/index.ts';
import { type Db, isUniqueViolation, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type CaKind, type Certificate, fault, judgeTrustCertificate, type TrustJudgement } from '../../pki/index.ts';
import { type Domain, insertCaCertificate, isStored } from '../store.ts';
import type { Trust } from '../trust.ts';

/** Judges one uploaded CA certificate for a domain (rules 2). `expectedKind` is that of the tab. */
export function judgeForStore(
  db: Db,
  trust: Trust,
  certificate: Certificate,
  domain: Domain,
  expectedKind: CaKind,
): TrustJudgement {
  return judgeTrustCertificate(certificate, {
    trusted: trust.of(domain),
    at: now(),
    alreadyStored: isStored(db, domain, certificate.fingerprint),
    expectedKind,
  });
}

export type Added =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly judgement: TrustJudgement };

/** Judges and, if nothing is against it, stores a CA certificate. Of two identical uploads at once one is told KER-PCM-003. */
export function addCaCertificate(
  db: Db,
  trust: Trust,
  actor: Actor & { id: string },
  certificate: Certificate,
  domain: Domain,
  expectedKind: CaKind,
): Added {
  const judgement = judgeForStore(db, trust, certificate, domain, expectedKind);
  if (judgement.faults.length > 0) return { ok: false, judgement };
  try {
    return { ok: true, id: transaction(db, (tx) => insert(tx, actor, certificate, domain, judgement.kind)) };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return { ok: false, judgement: { ...judgement, faults: [fault('ca-already-stored')] } };
  }
}

function insert(
  tx: Parameters<typeof insertCaCertificate>[0],
  actor: Actor & { id: string },
  certificate: Certificate,
  domain: Domain,
  kind: CaKind,
): string {
  const id = newId();
  insertCaCertificate(tx, {
    id,
    domain,
    kind,
    fingerprint: certificate.fingerprint,
    der: certificate.der,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    uploadedAt: now(),
    uploadedBy: actor.id,
  });
  recordChange(tx, actor, {
    action: 'ca-certificate.add',
    thing: { type: 'ca-certificate', id },
    detail: { domain, kind, subject: certificate.subject.text, fingerprint: certificate.fingerprint },
  });
  return id;
}
