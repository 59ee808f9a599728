import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { lostPath } from '../certificates/index.ts';
import { countRows, type Queries, schema } from '../db/index.ts';

const { accounts, certificates, chipDeactivations, chipDecisions, chips } = schema;

export type ChipRow = typeof chips.$inferSelect;
export type ChipStatus = ChipRow['status'];
export type DecisionRow = typeof chipDecisions.$inferSelect;
export const CHIP_STATUSES = chips.status.enumValues;

export function insertChip(db: Queries, chip: typeof chips.$inferInsert): void {
  db.insert(chips).values(chip).run();
}

export function findChip(db: Queries, id: string): ChipRow | undefined {
  return db.select().from(chips).where(eq(chips.id, id)).get();
}

/** A chip of one partner; another partner's is as unknown as none. */
export function findChipOf(db: Queries, partnerId: string, id: string): ChipRow | undefined {
  return db
    .select()
    .from(chips)
    .where(and(eq(chips.id, id), eq(chips.partnerId, partnerId)))
    .get();
}

export function updateChip(
  db: Queries,
  id: string,
  change: Partial<Pick<ChipRow, 'status' | 'statusAt' | 'certificateId'>>,
): void {
  db.update(chips).set(change).where(eq(chips.id, id)).run();
}

export function insertDecision(db: Queries, decision: DecisionRow): void {
  db.insert(chipDecisions).values(decision).run();
}

export function insertDeactivation(db: Queries, deactivation: typeof chipDeactivations.$inferInsert): void {
  db.insert(chipDeactivations).values(deactivation).run();
}

/** The decisions about a chip with the admin's username, newest first. */
export function listDecisions(db: Queries, chipId: string) {
  const { certificateId, outcome, at, reason } = chipDecisions;
  return db
    .select({ certificateId, outcome, at, reason, by: accounts.username })
    .from(chipDecisions)
    .innerJoin(accounts, eq(accounts.id, chipDecisions.by))
    .where(eq(chipDecisions.chipId, chipId))
    .orderBy(desc(chipDecisions.at))
    .all();
}

export function findDeactivation(db: Queries, chipId: string) {
  return db
    .select({ at: chipDeactivations.at, by: accounts.username, role: accounts.role, reason: chipDeactivations.reason })
    .from(chipDeactivations)
    .innerJoin(accounts, eq(accounts.id, chipDeactivations.by))
    .where(eq(chipDeactivations.chipId, chipId))
    .get();
}

/** A partner's chips that are neither rejected nor deactivated, for the deactivation of the partner. */
export function listLivingChips(db: Queries, partnerId: string): ChipRow[] {
  const living = sql`${chips.status} NOT IN ('rejected', 'deactivated')`;
  return db
    .select()
    .from(chips)
    .where(and(eq(chips.partnerId, partnerId), living))
    .all();
}

/** How many chips of a partner stand in each status. @param partnerId '': of all partners */
export function countByStatus(db: Queries, partnerId: string): Partial<Record<ChipStatus, number>> {
  return Object.fromEntries(CHIP_STATUSES.map((status) => [status, countRows(db, 'chips', partnerId, [status])]));
}

/**
 * How many chips of a partner have a certificate that is not good: approved ones whose certificate has ended; those pending or approved
 * that have lost their path; and the approved ones among both, which are not usable (rules 6). Right after `PathIndex.refresh`.
 */
export function countFaulty(
  db: Queries,
  partnerId: string,
  at: number,
): { expired: number; untrusted: number; unusable: number } {
  const approved = sql`${chips.status} = 'approved'`;
  const ended = sql`${certificates.notAfter} < ${at}`;
  const lost = sql`${certificates.id} IN (${lostPath(at, partnerId)})`;
  const sum = (condition: SQL) => sql<number>`coalesce(sum(${condition}), 0)`;
  const row = db
    .select({
      expired: sum(sql`${approved} AND ${ended}`),
      untrusted: sum(lost),
      unusable: sum(sql`${approved} AND (${ended} OR ${lost})`),
    })
    .from(chips)
    .innerJoin(certificates, eq(certificates.id, chips.certificateId))
    .where(eq(chips.partnerId, partnerId))
    .get();
  return row ?? { expired: 0, untrusted: 0, unusable: 0 };
}
