import type { Partner } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { type Certificate, judgePartnerCertificate, MINIMUM_DAYS_LEFT, type PartnerJudgement } from '../pki/index.ts';
import type { Trust } from '../trust-store/index.ts';
import { isKeyOfOtherChip, isPartnerKey } from './store.ts';

/** What a certificate is for, and so which of the rules 3.10 and 3.11 apply. */
export type Purpose =
  | { readonly for: 'partner' }
  | {
      readonly for: 'chip';
      readonly chipId: string;
      /** Fingerprint of the certificate with which this chip is approved now, if it is. */
      readonly approvedFingerprint: string | undefined;
      /** An approval judges again, without rule 3.3 and 3.11 (rules 6). */
      readonly again?: boolean;
    };

/** Judges a partner's certificate by all of rules 3, against the trust store and what else the portal knows at this moment. */
export function judge(
  db: Queries,
  trust: Trust,
  partner: Partner,
  certificate: Certificate,
  purpose: Purpose,
): PartnerJudgement {
  const chip = purpose.for === 'chip' ? purpose : undefined;
  const again = chip?.again === true;
  const key = certificate.key.fingerprint;
  return judgePartnerCertificate(certificate, {
    trusted: trust.of('FTM'),
    at: now(),
    registeredOrganization: partner.organization,
    minimumDaysLeft: again ? undefined : MINIMUM_DAYS_LEFT,
    keyInUse: isKeyOfOtherChip(db, key, chip?.chipId) || (chip !== undefined && isPartnerKey(db, partner.id, key)),
    alreadyApproved: !again && chip !== undefined && chip.approvedFingerprint === certificate.fingerprint,
  });
}
