import type { Certificate } from './certificate.ts';
import { type Fault, fault, PATH_CODES } from './faults.ts';
import { type CertificatePath, findPath, type PathResult } from './path/build.ts';
import { tooMuchWork } from './path/furthest.ts';
import { judgeCa, judgeCriticalExtensions } from './rules/ca.ts';
import { judgeKey } from './rules/key.ts';
import { judgeByRules, type Rule } from './rules/rule.ts';
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

/** A certificate with what was found out about it before the rules are asked. */
interface TrustCase {
  readonly certificate: Certificate;
  readonly question: TrustQuestion;
  readonly kind: CaKind;
  readonly path: PathResult;
}

/** Rules 2.1 to 2.12, in their order, but for 2.10: that one finds out the kind, and refuses nothing. */
export const TRUST_RULES: readonly Rule<TrustCase>[] = [
  {
    number: '2.1',
    code: 'KER-PCM-003',
    judge: ({ question }) => (question.alreadyStored ? fault('ca-already-stored') : undefined),
  },
  { number: '2.2', code: 'KER-PMS-020', judge: ({ certificate, question }) => judgeBegun(certificate, question.at) },
  { number: '2.3', code: 'KER-PCM-004', judge: ({ certificate, question }) => judgeNotEnded(certificate, question.at) },
  {
    number: '2.4',
    code: 'KER-PCM-017',
    judge: ({ certificate, question }) => judgeCaTimeLeft(certificate, question.at),
  },
  { number: '2.5', code: 'KER-PCM-007', judge: ({ certificate }) => judgeVersion(certificate) },
  { number: '2.6', code: 'PMP-TS-001', judge: ({ certificate }) => judgeCa(certificate) },
  { number: '2.7', code: 'KER-PCM-013', judge: ({ certificate }) => judgeKey(certificate.key) },
  {
    number: '2.8',
    code: 'KER-PCM-014',
    judge: ({ certificate }) => judgeSignatureAlgorithm(certificate.signature.algorithm),
  },
  { number: '2.9', code: 'PMP-TS-003', judge: ({ certificate }) => judgeCriticalExtensions(certificate) },
  {
    number: '2.11',
    code: 'PMP-TS-002',
    judge: ({ question: { expectedKind }, kind }) =>
      expectedKind === undefined || expectedKind === kind ? undefined : fault(`ca-is-${kind}`),
  },
  { number: '2.12', code: PATH_CODES.issuer, judge: ({ path }) => (path.ok ? undefined : path.fault) },
];

/** Judges a certificate for the trust store by rules 2.1 to 2.12. */
export function judgeTrustCertificate(certificate: Certificate, question: TrustQuestion): TrustJudgement {
  const work = new Work(question.budget);
  const selfSigned = trySelfSigned(certificate, work);
  const kind: CaKind = selfSigned === true ? 'root' : 'intermediate';
  const path = pathOf(certificate, question, selfSigned, work);
  const faults = judgeByRules(TRUST_RULES, { certificate, question, kind, path });
  return { kind, faults, path: path.ok ? path.path : path.furthest };
}

/** Rules 2.10: what a certificate is by its own signature; nothing else of it is judged. */
export function caKindOf(certificate: Certificate): CaKind {
  return isSelfSigned(certificate, new Work()) ? 'root' : 'intermediate';
}

/** A root is its own path; nothing is said of a certificate of which nobody can tell whether it signs itself. */
function pathOf(
  certificate: Certificate,
  { trusted, at }: TrustQuestion,
  selfSigned: boolean | undefined,
  work: Work,
): PathResult {
  const alone = { issuers: [], certificate };
  if (selfSigned === true) return { ok: true, path: alone };
  if (selfSigned === undefined) return { ok: false, fault: tooMuchWork(certificate, 'issuer'), furthest: alone };
  return findPath(certificate, trusted, { at, purpose: 'issuer', lastJudged: true }, work);
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
