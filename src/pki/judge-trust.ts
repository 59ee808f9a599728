import type { Certificate } from './certificate.ts';
import { type Fault, fault } from './faults.ts';
import { type CertificatePath, findPath } from './path/build.ts';
import { tooMuchWork } from './path/furthest.ts';
import { judgeCa, judgeCriticalExtensions } from './rules/ca.ts';
import { judgeKey } from './rules/key.ts';
import { judgeSignatureAlgorithm } from './rules/signature.ts';
import { judgeBegun, judgeCaTimeLeft, judgeNotEnded } from './rules/validity.ts';
import { judgeVersion } from './rules/version.ts';
import type { TrustedCertificates } from './trusted.ts';
import { isSelfSigned } from './verify.ts';
import { Work, type WorkBudget, WorkExceeded } from './work.ts';

export type CaKind = 'root' | 'intermediate';

export interface TrustQuestion {
  /** What the domain trusts already; for a file with several, with those of it that passed before. */
  readonly trusted: TrustedCertificates;
  /** Now, UTC ms. */
  readonly at: number;
  /** This very certificate is in the domain's store and not retired (rules 2.1). */
  readonly alreadyStored: boolean;
  /** The kind of the tab; given only for a file with one certificate (rules 2.11). */
  readonly expectedKind?: CaKind | undefined;
  /** Shared by all certificates of one file (rules 4). */
  readonly budget?: WorkBudget | undefined;
}

export interface TrustJudgement {
  readonly kind: CaKind;
  /** Accepted exactly when empty; otherwise every reason, in the order of rules 2. */
  readonly faults: readonly Fault[];
  /** The path that holds, or the candidate that came furthest; for a root, itself alone. */
  readonly path: CertificatePath;
}

/** Judges a certificate for the trust store by rules 2.1 to 2.12. */
export function judgeTrustCertificate(certificate: Certificate, question: TrustQuestion): TrustJudgement {
  const { trusted, at, alreadyStored, expectedKind } = question;
  const work = new Work(question.budget);
  const selfSigned = trySelfSigned(certificate, work);
  const kind: CaKind = selfSigned === true ? 'root' : 'intermediate';
  const own = [
    alreadyStored ? fault('ca-already-stored') : undefined,
    judgeBegun(certificate, at),
    judgeNotEnded(certificate, at),
    judgeCaTimeLeft(certificate, at),
    judgeVersion(certificate),
    judgeCa(certificate),
    judgeKey(certificate.key),
    judgeSignatureAlgorithm(certificate.signature.algorithm),
    ...judgeCriticalExtensions(certificate),
    expectedKind === undefined || expectedKind === kind ? undefined : fault(`ca-is-${kind}`),
  ].filter((each) => each !== undefined);
  const alone = { issuers: [], certificate };
  if (kind === 'root') return { kind, faults: own, path: alone };
  if (selfSigned === undefined) return { kind, faults: [...own, tooMuchWork(certificate, 'issuer')], path: alone };
  const result = findPath(certificate, trusted, { at, purpose: 'issuer', lastJudged: true }, work);
  return { kind, faults: result.ok ? own : [...own, result.fault], path: result.ok ? result.path : result.furthest };
}

/** Rules 2.10; undefined when the work for the file is used up, so that nobody can tell. */
function trySelfSigned(certificate: Certificate, work: Work): boolean | undefined {
  try {
    return isSelfSigned(certificate, work);
  } catch (error) {
    if (error instanceof WorkExceeded) return undefined;
    throw error;
  }
}
