import { and, asc, eq, gte, isNull, lt, lte, sql } from 'drizzle-orm';
import { countRows, type Queries, schema } from '../../db/index.ts';
import { type Recipient, selectRecipients } from '../mails/store.ts';

const { accountDeactivations, accounts, chipDecisions, chips, weeklySummaries } = schema;

/** How many chips wait for a decision, and since when the oldest does. */
export function findWaiting(db: Queries): { count: number; since: number | null } {
  const waiting = eq(chips.status, 'pending_approval');
  const oldest = db
    .select({ at: chips.statusAt })
    .from(chips)
    .where(waiting)
    .orderBy(asc(chips.statusAt))
    .limit(1)
    .get();
  return { count: countRows(db, 'chips', '', ['pending_approval']), since: oldest?.at ?? null };
}

/** How many decisions were made from one instant to before another. */
export function countDecisions(db: Queries, from: number, to: number): { approved: number; rejected: number } {
  const row = db
    .select({
      approved: sql<number>`coalesce(sum(${chipDecisions.outcome} = 'approved'), 0)`,
      rejected: sql<number>`coalesce(sum(${chipDecisions.outcome} = 'rejected'), 0)`,
    })
    .from(chipDecisions)
    .where(and(gte(chipDecisions.at, from), lt(chipDecisions.at, to)))
    .get();
  return row ?? { approved: 0, rejected: 0 };
}

/** The active admins who were there on Monday morning and have not had the summary of this week. */
export function listAdminsWithoutSummary(db: Queries, week: string, monday: number): Recipient[] {
  return selectRecipients(db)
    .leftJoin(weeklySummaries, and(eq(weeklySummaries.accountId, accounts.id), eq(weeklySummaries.week, week)))
    .where(
      and(
        eq(accounts.role, 'PARTNER_ADMIN'),
        isNull(accountDeactivations.at),
        isNull(weeklySummaries.week),
        lte(accounts.createdAt, monday),
      ),
    )
    .all();
}

export function insertWeeklySummary(db: Queries, row: typeof weeklySummaries.$inferInsert): void {
  db.insert(weeklySummaries).values(row).run();
}
