import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';
import type { ChipStatus } from '../store.ts';

const { certificates, chipDecisions, chips } = schema;

/** Whether any chip of a partner was ever approved, whatever became of it. */
export function wasEverApproved(db: Queries, partnerId: string): boolean {
  const row = db
    .select({ id: chips.id })
    .from(chips)
    .innerJoin(chipDecisions, eq(chipDecisions.chipId, chips.id))
    .where(and(eq(chips.partnerId, partnerId), eq(chipDecisions.outcome, 'approved')))
    .limit(1)
    .get();
  return row !== undefined;
}

/** The chip of a partner that came last into one of these statuses. */
export function findLastIn(db: Queries, partnerId: string, ...statuses: readonly ChipStatus[]) {
  return (
    db
      .select()
      .from(chips)
      // The plus keeps SQLite from going through every provider's chips of this status.
      .where(and(eq(chips.partnerId, partnerId), inArray(sql`+${chips.status}`, [...statuses])))
      .orderBy(desc(chips.statusAt), desc(chips.id))
      .limit(1)
      .get()
  );
}

/** Why a chip was rejected; undefined where it was not. */
export function findRejectionReason(db: Queries, chipId: string): string | undefined {
  const where = and(eq(chipDecisions.chipId, chipId), eq(chipDecisions.outcome, 'rejected'));
  return db.select({ reason: chipDecisions.reason }).from(chipDecisions).where(where).get()?.reason ?? undefined;
}

/** The approved chips of a partner whose certificates end before an instant, or have ended; what ends first comes first. */
export function listEndingChips(db: Queries, partnerId: string, before: number, limit: number) {
  return db
    .select({ id: chips.id, make: chips.make, model: chips.model, notAfter: certificates.notAfter })
    .from(chips)
    .innerJoin(certificates, eq(certificates.id, chips.certificateId))
    .where(and(eq(chips.partnerId, partnerId), eq(chips.status, 'approved'), lt(certificates.notAfter, before)))
    .orderBy(asc(certificates.notAfter), asc(chips.id))
    .limit(limit)
    .all();
}
