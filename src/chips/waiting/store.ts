import { and, asc, eq, sql } from 'drizzle-orm';
import { countRows, type Queries, schema } from '../../db/index.ts';
import type { ChipRow } from '../store.ts';

const { certificates, chips, partners } = schema;

const waiting = eq(chips.status, 'pending_approval');
const oldestFirst = [asc(chips.statusAt), asc(chips.id)];

/** How many chips wait for a decision. */
export function countWaiting(db: Queries): number {
  return countRows(db, 'chips', '', ['pending_approval']);
}

export interface WaitingChip {
  readonly id: string;
  readonly make: string;
  readonly model: string;
  readonly submittedAt: number;
  readonly organization: string;
}

/** The chips that have waited longest for a decision. */
export function listWaiting(db: Queries, limit: number): WaitingChip[] {
  return db
    .select({
      id: chips.id,
      make: chips.make,
      model: chips.model,
      submittedAt: chips.statusAt,
      organization: partners.organization,
    })
    .from(chips)
    .innerJoin(partners, eq(partners.accountId, chips.partnerId))
    .where(waiting)
    .orderBy(...oldestFirst)
    .limit(limit)
    .all();
}

/** The chip whose turn it is after another: the next that came after it, or the oldest of those that were passed over. */
export function findNextWaiting(
  db: Queries,
  { id, certificateId }: Pick<ChipRow, 'id' | 'certificateId'>,
): { id: string } | undefined {
  const submitted = db
    .select({ at: certificates.uploadedAt })
    .from(certificates)
    .where(eq(certificates.id, certificateId ?? ''))
    .get();
  const later = sql`(${chips.statusAt}, ${chips.id}) > (${submitted?.at ?? 0}, ${id})`;
  const first = (condition: typeof later | undefined) =>
    db
      .select({ id: chips.id })
      .from(chips)
      .where(and(waiting, condition))
      .orderBy(...oldestFirst)
      .limit(1)
      .get();
  return first(later) ?? first(undefined);
}
