import type { Certificate } from './certificate.ts';
import { type Fault, fault, PATH_CODES } from './faults.ts';
import { type CertificatePath, findPath, type PathResult } from './path/build.ts';
import { judgeKey } from './rules/key.ts';
import { judgeOrganization } from './rules/organization.ts';
import { judgeByRules, type Rule } from './rules/rule.ts';
import { judgeSignatureAlgorithm } from './rules/signature.ts';
import { judgeBegun, judgeDaysLeft, judgeNotEnded } from './rules/validity.ts';
import { judgeVersion } from './rules/version.ts';
import type { TrustedCertificates } from './trusted.ts';
import { isSelfSigned } from './verify.ts';
import { Work } from './work.ts';

/** Rules 3.3: 365 days less 30 of grace. */
export const MINIMUM_DAYS_LEFT = 335;

export interface PartnerQuestion {
  /** What the domain of the partner type trusts. */
  readonly trusted: TrustedCertificates;
  /** Now, UTC ms. */
  readonly at: number;
  /** The organisation registered with the account. */
  readonly registeredOrganization: string;
  /** Whole days that must be left (rules 3.3): `MINIMUM_DAYS_LEFT`; undefined when an approval judges again. */
  readonly minimumDaysLeft: number | undefined;
  /** Its public key is in use where rules 3.10 forbid it; the caller looks that up by `certificate.key.fingerprint`. */
  readonly keyInUse?: boolean | undefined;
  /** It is the very certificate that is already approved for this chip (rules 3.11). */
  readonly alreadyApproved?: boolean | undefined;
}

export interface PartnerJudgement {
  /** Accepted exactly when empty; otherwise every reason, in the order of rules 3. */
  readonly faults: readonly Fault[];
  /** The path that holds, or the candidate that came furthest. */
  readonly path: CertificatePath;
  /** Whether the path holds, whatever the other rules say: false is what lists show as "untrusted". */
  readonly trusted: boolean;
}

/** A certificate with what was found out about it before the rules are asked. */
interface PartnerCase {
  readonly certificate: Certificate;
  readonly question: PartnerQuestion;
  readonly selfSigned: boolean;
  readonly path: PathResult;
}

/** Rules 3.1 to 3.11, in their order. */
export const PARTNER_RULES: readonly Rule<PartnerCase>[] = [
  { number: '3.1', code: 'KER-PMS-020', judge: ({ certificate, question }) => judgeBegun(certificate, question.at) },
  { number: '3.2', code: 'KER-PCM-004', judge: ({ certificate, question }) => judgeNotEnded(certificate, question.at) },
  {
    number: '3.3',
    code: 'KER-KMS-021',
    judge: ({ certificate, question: { at, minimumDaysLeft: days } }) =>
      days === undefined ? undefined : judgeDaysLeft(certificate, at, days),
  },
  { number: '3.4', code: 'KER-PCM-007', judge: ({ certificate }) => judgeVersion(certificate) },
  {
    number: '3.5',
    code: 'KER-PCM-015',
    judge: ({ certificate, selfSigned }) =>
      selfSigned ? fault('self-signed', { subject: certificate.subject.text }) : undefined,
  },
  {
    number: '3.6',
    code: 'KER-PCM-008',
    judge: ({ certificate, question }) => judgeOrganization(certificate, question.registeredOrganization),
  },
  { number: '3.7', code: 'KER-PCM-013', judge: ({ certificate }) => judgeKey(certificate.key) },
  {
    number: '3.8',
    code: 'KER-PCM-014',
    judge: ({ certificate }) => judgeSignatureAlgorithm(certificate.signature.algorithm),
  },
  { number: '3.9', code: PATH_CODES.leaf, judge: ({ path }) => (path.ok ? undefined : path.fault) },
  {
    number: '3.10',
    code: 'PMP-CH-001',
    judge: ({ question }) => (question.keyInUse === true ? fault('key-in-use') : undefined),
  },
  {
    number: '3.11',
    code: 'PMP-CH-003',
    judge: ({ question }) => (question.alreadyApproved === true ? fault('already-approved') : undefined),
  },
];

/** Judges a partner's or a chip's certificate by rules 3.1 to 3.11. */
export function judgePartnerCertificate(certificate: Certificate, question: PartnerQuestion): PartnerJudgement {
  const { trusted, at } = question;
  const work = new Work();
  const selfSigned = isSelfSigned(certificate, work);
  const path = findPath(certificate, trusted, { at, purpose: 'leaf', lastJudged: true }, work);
  const faults = judgeByRules(PARTNER_RULES, { certificate, question, selfSigned, path });
  return { faults, path: path.ok ? path.path : path.furthest, trusted: path.ok };
}
