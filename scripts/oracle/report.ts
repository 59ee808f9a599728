import type { Judged } from './run.ts';

/** What came out for one mutation, or for all. */
export interface Tally {
  accepted: number;
  refused: number;
  /** Disagreements with a known reason. */
  known: number;
  /** Disagreements without: these are what the oracle is for. */
  unknown: number;
}

/** Counts what was judged. */
export class Report {
  readonly byMutation = new Map<string, Tally>();
  readonly byReason = new Map<string, number>();
  readonly byDifference = new Map<string, number>();
  readonly unknown: Judged[] = [];

  add(judged: Judged): void {
    const { mutation, portal, openssl, difference } = judged;
    const tally = this.byMutation.get(mutation) ?? { accepted: 0, refused: 0, known: 0, unknown: 0 };
    this.byMutation.set(mutation, tally);
    tally[portal.accepted ? 'accepted' : 'refused'] += 1;
    count(this.byReason, portal.reason);
    if (portal.accepted === openssl.accepted) return;
    tally[difference === undefined ? 'unknown' : 'known'] += 1;
    if (difference === undefined) this.unknown.push(judged);
    else count(this.byDifference, difference);
  }

  get total(): Tally {
    const total: Tally = { accepted: 0, refused: 0, known: 0, unknown: 0 };
    for (const tally of this.byMutation.values())
      for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
    return total;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One disagreement in a line. */
export function describeDisagreement({ seed, mutation, portal, openssl }: Judged): string {
  const wrong = portal.accepted ? 'WRONG ACCEPTANCE' : 'wrong refusal';
  return `${wrong}, seed ${seed}, ${mutation}: the portal says "${portal.reason}", OpenSSL "${openssl.reason}"`;
}
