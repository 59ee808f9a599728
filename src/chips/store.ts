import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { lostPath } from '../certificates/index.ts';
import { contains, orderBy, type Queries, schema, within } from '../db/index.ts';
import type { ListQuery, Page } from '../lib/paging.ts';

const { accounts, certificates, chipDeactivations, chipDecisions, chips, partners } = schema;

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

/** How many chips stand in each status: all of them, or one partner's. */
export function countByStatus(db: Queries, partnerId: string | undefined): Partial<Record<ChipStatus, number>> {
  const rows = db
    .select({ status: chips.status, count: count() })
    .from(chips)
    .where(partnerId === undefined ? undefined : eq(chips.partnerId, partnerId))
    .groupBy(chips.status)
    .all();
  return Object.fromEntries(rows.map((row) => [row.status, row.count]));
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

/** The chip that has waited longest for something, of all or of one partner. */
export function findOldest(db: Queries, status: ChipStatus, partnerId: string | undefined): ChipRow | undefined {
  const where = and(eq(chips.status, status), partnerId === undefined ? undefined : eq(chips.partnerId, partnerId));
  return db.select().from(chips).where(where).orderBy(asc(chips.statusAt), asc(chips.id)).limit(1).get();
}

const SORTED_BY = {
  make: chips.makeKey,
  model: chips.modelKey,
  organization: partners.organization,
  partner: accounts.usernameKey,
  created: chips.createdAt,
  submitted: chips.statusAt,
  ends: certificates.notAfter,
  status: chips.status,
};
export const CHIP_COLUMNS = Object.keys(SORTED_BY);
export const CHIP_FILTERS = ['status', 'make', 'model', 'organization', 'partner', 'created'];

export interface ListedChip extends ChipRow {
  readonly organization: string;
  readonly partner: string;
  /** Of the current certificate, if there is one. */
  readonly certificate: { readonly der: Buffer; readonly notAfter: number } | null;
}

/** One page of chips: all of them for an admin, one partner's for a partner. */
export function listChips(
  db: Queries,
  query: ListQuery,
  scope: { partnerId?: string; at: number; day: (day: string | undefined) => { from: number; to: number } | undefined },
): Page<ListedChip> {
  const where = and(
    scope.partnerId === undefined ? undefined : eq(chips.partnerId, scope.partnerId),
    contains(
      sql`${chips.make} || ' ' || ${chips.model} || ' ' || ${partners.organization} || ' ' || ${accounts.username} || ' ' || ${chips.id}`,
      query.q,
    ),
    statusCondition(query.filters.status, scope.at),
    contains(chips.make, query.filters.make),
    contains(chips.model, query.filters.model),
    contains(partners.organization, query.filters.organization),
    contains(accounts.username, query.filters.partner),
    within(chips.createdAt, scope.day(query.filters.created)),
  );
  const rows = selectListed(db)
    .where(where)
    .orderBy(...orderBy(query, SORTED_BY, [desc(chips.createdAt), desc(chips.id)]))
    .limit(query.size)
    .offset((query.page - 1) * query.size)
    .all();
  const total = db
    .select({ total: count() })
    .from(chips)
    .innerJoin(partners, eq(partners.accountId, chips.partnerId))
    .innerJoin(accounts, eq(accounts.id, chips.partnerId))
    .where(where)
    .get();
  return { rows: rows.map(toListed), total: total?.total ?? 0 };
}

/** One chip as lists show it. */
export function findListedChip(db: Queries, id: string): ListedChip | undefined {
  const row = selectListed(db).where(eq(chips.id, id)).get();
  return row && toListed(row);
}

/** A partner's chips, newest first. */
export function listChipsOf(db: Queries, partnerId: string): ListedChip[] {
  return selectListed(db)
    .where(eq(chips.partnerId, partnerId))
    .orderBy(desc(chips.createdAt), desc(chips.id))
    .all()
    .map(toListed);
}

function selectListed(db: Queries) {
  return db
    .select({
      chip: chips,
      organization: partners.organization,
      partner: accounts.username,
      der: certificates.der,
      notAfter: certificates.notAfter,
    })
    .from(chips)
    .innerJoin(partners, eq(partners.accountId, chips.partnerId))
    .innerJoin(accounts, eq(accounts.id, chips.partnerId))
    .leftJoin(certificates, eq(certificates.id, chips.certificateId));
}

type Selected = { chip: ChipRow; organization: string; partner: string; der: Buffer | null; notAfter: number | null };

function toListed({ chip, organization, partner, der, notAfter }: Selected): ListedChip {
  return { ...chip, organization, partner, certificate: der === null || notAfter === null ? null : { der, notAfter } };
}

/** Besides the statuses themselves, `untrusted` finds the chips that are pending or approved with a certificate that lost its path. */
function statusCondition(wanted: string | undefined, at: number): SQL | undefined {
  if (wanted === 'untrusted') return sql`${chips.certificateId} IN (${lostPath(at)})`;
  const status = CHIP_STATUSES.find((known) => known === wanted);
  return status === undefined ? undefined : eq(chips.status, status);
}
