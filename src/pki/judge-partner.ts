import type { Certificate } from './certificate.ts';
import { type Fault, fault } from './faults.ts';
import { type CertificatePath, findPath } from './path/build.ts';
import { judgeKey } from './rules/key.ts';
import { judgeOrganization } from './rules/organization.ts';
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

/** Judges a partner's or a chip's certificate by rules 3.1 to 3.11. */
export function judgePartnerCertificate(certificate: Certificate, question: PartnerQuestion): PartnerJudgement {
  const { trusted, at, registeredOrganization, minimumDaysLeft } = question;
  const work = new Work();
  const selfSigned = isSelfSigned(certificate, work);
  const result = findPath(certificate, trusted, { at, purpose: 'leaf', lastJudged: true }, work);
  const faults = [
    judgeBegun(certificate, at),
    judgeNotEnded(certificate, at),
    minimumDaysLeft === undefined ? undefined : judgeDaysLeft(certificate, at, minimumDaysLeft),
    judgeVersion(certificate),
    selfSigned ? fault('self-signed') : undefined,
    judgeOrganization(certificate, registeredOrganization),
    judgeKey(certificate.key),
    judgeSignatureAlgorithm(certificate.signature.algorithm),
    result.ok ? undefined : result.fault,
    question.keyInUse === true ? fault('key-in-use') : undefined,
    question.alreadyApproved === true ? fault('already-approved') : undefined,
  ].filter((each) => each !== undefined);
  return { faults, path: result.ok ? result.path : result.furthest, trusted: result.ok };
}
