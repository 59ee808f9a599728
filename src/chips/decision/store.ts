import { and, desc, eq, sql } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';

const { chipDecisions } = schema;

/** The last rejections, newest first, among the last so many decisions. Decisions are never changed, so their order is that of rows. */
export function listLastRejections(db: Queries, amongLast: number) {
  const last = db
    .select({
      id: chipDecisions.certificateId,
      outcome: chipDecisions.outcome,
      by: chipDecisions.by,
      reason: chipDecisions.reason,
      row: sql<number>`rowid`.as('row'),
    })
    .from(chipDecisions)
    .orderBy(desc(sql`rowid`))
    .limit(amongLast)
    .as('last');
  return db
    .select({ id: last.id, by: last.by, reason: last.reason })
    .from(last)
    .where(eq(last.outcome, 'rejected'))
    .orderBy(desc(last.row))
    .all();
}

/** The reason of one rejection, by the certificate that was rejected. */
export function findReason(db: Queries, certificateId: string): string | undefined {
  const where = and(eq(chipDecisions.certificateId, certificateId), eq(chipDecisions.outcome, 'rejected'));
  return db.select({ reason: chipDecisions.reason }).from(chipDecisions).where(where).get()?.reason ?? undefined;
}
