import { DAY } from '../lib/durations.ts';
import type { Reason } from '../lib/reasons.ts';
import { SIGNING_CA_MINIMUM_DAYS } from '../pki/index.ts';
import type { OwnCertificate } from './own-certificate.ts';

/** From this many days left on, the admin is asked for a new issuing CA (rules 5). */
const RENEWAL_DAYS = 730;

/** How the CA that signs now stands. */
export interface Standing {
  /** The first end in its chain, UTC ms; null while there is no issuing CA. */
  readonly endsAt: number | null;
  /** Why it cannot sign; worded for the admin, who can do something about it. */
  readonly obstacle: Reason | undefined;
  /** What to prepare for while it still signs. */
  readonly advice: Reason | undefined;
}

/**
 * Judges the issuing CA and those above it: what ends above it ends it too.
 * @param chain from the issuing CA up to the root; empty when there is none
 * @param keyReason why its key cannot be used, if it cannot
 */
export function standingOf(chain: readonly OwnCertificate[], keyReason: Reason | undefined, at: number): Standing {
  const [issuing, ...above] = chain;
  if (issuing === undefined)
    return { endsAt: null, obstacle: { code: 'PMP-CA-001', name: 'ca-missing' }, advice: undefined };
  const obstacle = keyReason ?? endsTooSoon(chain, at);
  return { endsAt: endOf(chain), obstacle, advice: obstacle === undefined ? adviceOn(chain, above, at) : undefined };
}

/** Rules 5: issues only while it has at least 366 days left; so must every certificate above it. */
export function endsTooSoon(chain: readonly Pick<OwnCertificate, 'certificate'>[], at: number): Reason | undefined {
  const neededAt = at + SIGNING_CA_MINIMUM_DAYS * DAY;
  const first = chain.find(({ certificate }) => certificate.notAfter < neededAt);
  if (first === undefined) return undefined;
  const { subject, notAfter } = first.certificate;
  return { code: 'PMP-CA-001', name: 'ca-ends', data: { subject: subject.label, notAfterAt: notAfter, neededAt } };
}

function adviceOn(chain: readonly OwnCertificate[], above: readonly OwnCertificate[], at: number): Reason | undefined {
  const due = at + RENEWAL_DAYS * DAY;
  if (endOf(chain) > due) return undefined;
  // A new issuing CA below a root that ends as soon would ask for its own renewal at once.
  const name = endOf(above) > due ? 'ca-renewal-due' : 'ca-root-due';
  return { code: 'PMP-CA-001', name, data: { endsAt: endOf(chain), days: RENEWAL_DAYS } };
}

function endOf(chain: readonly OwnCertificate[]): number {
  return Math.min(...chain.map(({ certificate }) => certificate.notAfter));
}
