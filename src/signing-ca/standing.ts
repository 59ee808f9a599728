import { DAY } from '../lib/durations.ts';
import type { Reason } from '../lib/reasons.ts';
import { type Certificate, judgeSigningCa } from '../pki/index.ts';

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
export function standingOf(chain: readonly Certificate[], keyReason: Reason | undefined, at: number): Standing {
  const [issuing, ...above] = chain;
  if (issuing === undefined)
    return { endsAt: null, obstacle: { code: 'PMP-CA-001', name: 'ca-missing' }, advice: undefined };
  const obstacle = keyReason ?? endsTooSoon(chain, at);
  return { endsAt: endOf(chain), obstacle, advice: obstacle === undefined ? adviceOn(chain, above, at) : undefined };
}

/** Rules 5: issues only while it has at least 366 days left; so must every certificate above it. */
export function endsTooSoon(chain: readonly Certificate[], at: number): Reason | undefined {
  for (const certificate of chain) {
    const found = judgeSigningCa(certificate, at);
    if (found !== undefined)
      return { code: found.code, name: 'ca-ends', data: { ...found.data, subject: certificate.subject.label } };
  }
  return undefined;
}

function adviceOn(chain: readonly Certificate[], above: readonly Certificate[], at: number): Reason | undefined {
  const due = at + RENEWAL_DAYS * DAY;
  if (endOf(chain) > due) return undefined;
  // A new issuing CA below a root that ends as soon would ask for its own renewal at once.
  const name = endOf(above) > due ? 'ca-renewal-due' : 'ca-root-due';
  return { code: 'PMP-CA-001', name, data: { endsAt: endOf(chain), days: RENEWAL_DAYS } };
}

function endOf(chain: readonly Certificate[]): number {
  return Math.min(...chain.map(({ notAfter }) => notAfter));
}
