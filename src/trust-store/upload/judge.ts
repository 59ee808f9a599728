import type { Queries } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import {
  type CaKind,
  type Certificate,
  fileBudget,
  judgeTrustCertificate,
  type TrustedCertificate,
  type TrustedCertificates,
  type TrustJudgement,
  type WorkBudget,
} from '../../pki/index.ts';
import type { Domain } from '../store.ts';
import type { Trust } from '../trust.ts';
import { inIssuingOrder } from './order.ts';
import { findStored, type Stored } from './store.ts';

/** What a file is uploaded for. */
export interface UploadPlace {
  readonly domain: Domain;
  /** The tab; binds a file with one certificate only (rules 2.11). */
  readonly kind: CaKind;
}

/** A certificate of the file with its verdict. */
export interface Judged {
  readonly certificate: Certificate;
  readonly judgement: TrustJudgement;
  /** It is in the store already; retired ones may come back. */
  readonly stored: Stored | undefined;
}

/**
 * Judges every certificate of an uploaded file for a domain, by rules 2, in the order of their issuing: each with what the domain
 * trusts and those of the file that passed before it. One that was refused is judged again after a namesake of its issuer passed
 * (cross-signed CAs), so the verdicts do not hang on the order in the file. A certificate that stands twice in it counts once.
 */
export function judgeFile(
  db: Queries,
  trust: Trust,
  certificates: readonly Certificate[],
  { domain, kind }: UploadPlace,
  budget: WorkBudget = fileBudget(),
): Judged[] {
  const ordered = inIssuingOrder(certificates);
  const passed: TrustedCertificate[] = [];
  const trusted = withPassed(trust.of(domain), passed);
  const verdicts = new Map<Certificate, Judged>();
  const at = now();
  const expectedKind = ordered.length === 1 ? kind : undefined;
  const judge = (certificate: Certificate): TrustJudgement => {
    const stored = findStored(db, domain, certificate.fingerprint);
    const alreadyStored = stored !== undefined && stored.retirementId === null;
    const judgement = judgeTrustCertificate(certificate, { trusted, at, alreadyStored, expectedKind, budget });
    verdicts.set(certificate, { certificate, judgement, stored });
    return judgement;
  };
  const refused = new Set<Certificate>();
  const queue = [...ordered];
  for (const certificate of queue) {
    const { faults, kind: found } = judge(certificate);
    if (faults.length > 0) {
      refused.add(certificate);
      continue;
    }
    passed.push({ id: certificate.fingerprint, kind: found, certificate });
    for (const earlier of refused) {
      if (earlier.issuer.key === certificate.subject.key && refused.delete(earlier)) queue.push(earlier);
    }
  }
  return ordered.flatMap((certificate) => verdicts.get(certificate) ?? []);
}

/** A domain's certificates and those of the file; the list grows while the file is judged. */
function withPassed(trusted: TrustedCertificates, passed: readonly TrustedCertificate[]): TrustedCertificates {
  return {
    issuersNamed: (nameKey) => [
      ...trusted.issuersNamed(nameKey),
      ...passed.filter(({ certificate }) => certificate.subject.key === nameKey),
    ],
  };
}
