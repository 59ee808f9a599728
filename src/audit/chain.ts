import { asc, gt, sql } from 'drizzle-orm';
import { type Queries, schema } from '../db/index.ts';
import { CHAIN_START, chainedHash } from '../lib/chain.ts';

const { auditEntries, auditHead } = schema;
/** Rows read at once. */
const BLOCK = 1000;

type Entry = typeof auditEntries.$inferSelect;

/** The last row of the trail and its hash; what stands there stands for every row before it. */
export interface Head {
  /** 0: there is no row yet. */
  readonly entryId: number;
  readonly hash: string;
}

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

/** The values that the hash of a row is over, in their order (migrations/0007). */
export function hashedValues(entry: Omit<typeof auditEntries.$inferInsert, 'hash'>) {
  const { at, actorId, actor, address, action, thingType, thingId, outcome, code, detail } = entry;
  return [at, actorId, actor, address, action, thingType, thingId, outcome, code, detail].map((value) => value ?? null);
}

/** The present head. */
export function getHead(db: Queries): Head {
  const head = db.select().from(auditHead).get();
  if (head === undefined) throw new Error('the trail has no head');
  return { entryId: head.entryId, hash: head.hash };
}

/** The hash of a row that is about to be written, for SQLite to work out in the same statement. */
export function nextHash(entry: Omit<typeof auditEntries.$inferInsert, 'hash'>) {
  const values = sql.join(
    hashedValues(entry).map((value) => sql`${value}`),
    sql`, `,
  );
  return sql<string>`chained_hash((SELECT ${auditHead.hash} FROM ${auditHead}), ${values})`;
}

/**
 * Goes through the trail from its first row.
 * @param expected a head that was written down elsewhere (log, backup): its row must still be there
 */
export function checkTrail(db: Queries, expected?: string): TrailCheck {
  const head = getHead(db);
  let last: Head = { entryId: 0, hash: CHAIN_START };
  let sound = 0;
  let met = expected === undefined || expected === CHAIN_START;
  for (const entry of readInOrder(db)) {
    if (entry.hash !== chainedHash(last.hash, ...hashedValues(entry)))
      return { sound, head, fault: { kind: 'broken', entryId: entry.id } };
    last = { entryId: entry.id, hash: entry.hash };
    sound += 1;
    met ||= entry.hash === expected;
  }
  if (last.entryId !== head.entryId || last.hash !== head.hash)
    return { sound, head, fault: { kind: 'cut-off', entryId: last.entryId, until: head.entryId } };
  return met ? { sound, head } : { sound, head, fault: { kind: 'head-unknown' } };
}

/** Every row, in the order in which they were written. */
function* readInOrder(db: Queries): Generator<Entry> {
  let after = 0;
  for (;;) {
    const rows = db
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.id, after))
      .orderBy(asc(auditEntries.id))
      .limit(BLOCK)
      .all();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
