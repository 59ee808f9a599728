import { type Queries, readTogether } from '../db/index.ts';
import { CHAIN_START, chainedHash } from '../lib/chain.ts';
import { getHead, type Head, hashedValues, readTrail } from './store.ts';

/** What the trail is found to be. */
export interface TrailCheck {
  /** Rows that are as they were written. */
  readonly sound: number;
  readonly head: Head;
  /** The first row that is not, and why; or that the head that was asked for is not in the trail. */
  readonly fault?: TrailFault;
}

export type TrailFault =
  /** It, or the row before it, was changed, removed, inserted or moved. */
  | { readonly kind: 'broken'; readonly entryId: number }
  /** Every row after `entryId` is missing up to `until`, or the head itself was changed. */
  | { readonly kind: 'cut-off'; readonly entryId: number; readonly until: number }
  | { readonly kind: 'head-unknown' };

/**
 * Goes through the trail from its first row, as it is at one moment: others may go on writing.
 * @param expected a head that was written down elsewhere (log, backup): its row must still be there
 */
export function checkTrail(db: Queries, expected?: string): TrailCheck {
  return readTogether(db, () => goThrough(db, expected));
}

function goThrough(db: Queries, expected: string | undefined): TrailCheck {
  const head = getHead(db);
  let last: Head = { entryId: 0, hash: CHAIN_START };
  let sound = 0;
  let met = expected === undefined || expected === CHAIN_START;
  for (const entry of readTrail(db)) {
    // Rows are numbered one after the other (a transaction that was rolled back gives its numbers back); the number itself is not hashed.
    if (entry.id !== last.entryId + 1 || entry.hash !== chainedHash(last.hash, ...hashedValues(entry)))
      return { sound, head, fault: { kind: 'broken', entryId: entry.id } };
    last = { entryId: entry.id, hash: entry.hash };
    sound += 1;
    met ||= entry.hash === expected;
  }
  if (last.entryId !== head.entryId || last.hash !== head.hash)
    return { sound, head, fault: { kind: 'cut-off', entryId: last.entryId, until: head.entryId } };
  return met ? { sound, head } : { sound, head, fault: { kind: 'head-unknown' } };
}
