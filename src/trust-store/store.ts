import { and, type Column, count, desc, eq, getTableColumns, gte, lt, not, type SQL, sql } from 'drizzle-orm';
import { contains, orderBy, type Queries, schema, within } from '../db/index.ts';
import { DAY } from '../lib/durations.ts';
import type { ListQuery, Page } from '../lib/paging.ts';

const { caCertificates, trustStoreVersions } = schema;

export type CaRow = typeof caCertificates.$inferSelect;
export type Domain = CaRow['domain'];
export const DOMAINS = caCertificates.domain.enumValues;

export function insertCaCertificate(db: Queries, row: typeof caCertificates.$inferInsert): void {
  db.insert(caCertificates).values(row).run();
}

export function findCaCertificate(db: Queries, id: string): CaRow | undefined {
  return db.select().from(caCertificates).where(eq(caCertificates.id, id)).get();
}

/** Counts the changes of a domain's store. */
export function versionOf(db: Queries, domain: Domain): number {
  return (
    db
      .select({ version: trustStoreVersions.version })
      .from(trustStoreVersions)
      .where(eq(trustStoreVersions.domain, domain))
      .get()?.version ?? 0
  );
}

/** Of a row of ca_certificates: a retirement of it is open. */
const retired = sql<number>`EXISTS (SELECT 1 FROM ca_retirements r LEFT JOIN ca_reinstatements i ON i.retirement_id = r.id
  WHERE r.ca_certificate_id = ca_certificates.id AND i.retirement_id IS NULL)`;

export function isRetired(db: Queries, id: string): boolean {
  const row = db
    .select({ id: caCertificates.id })
    .from(caCertificates)
    .where(and(eq(caCertificates.id, id), retired))
    .get();
  return row !== undefined;
}

/** What a domain trusts, as bytes: all that is not retired. */
export function listTrusted(db: Queries, domain: Domain): Pick<CaRow, 'id' | 'kind' | 'der'>[] {
  return db
    .select({ id: caCertificates.id, kind: caCertificates.kind, der: caCertificates.der })
    .from(caCertificates)
    .where(and(eq(caCertificates.domain, domain), not(retired)))
    .all();
}

export interface CaFilters {
  readonly kind: CaRow['kind'];
  readonly at: number;
  /** A calendar day as a range of instants. */
  readonly day: (day: string | undefined) => { from: number; to: number } | undefined;
}

/** What a list can be sorted by. */
const sortedBy = (at: number): Record<string, Column | SQL> => ({
  domain: caCertificates.domain,
  issuedTo: caCertificates.subject,
  issuedBy: caCertificates.issuer,
  validFrom: caCertificates.notBefore,
  validTill: caCertificates.notAfter,
  uploaded: caCertificates.uploadedAt,
  status: sql`CASE WHEN ${retired} THEN 2 ELSE ${caCertificates.notAfter} < ${at} END`,
});
export const CA_COLUMNS = Object.keys(sortedBy(0));
export const CA_FILTERS = ['domain', 'issuedTo', 'issuedBy', 'validFrom', 'validTill', 'uploaded', 'status'];

/** A CA certificate as lists show it. */
export interface ListedCa extends Omit<CaRow, 'der'> {
  readonly retired: boolean;
}

/** One page of the CA certificates of a kind; newest first unless another order is asked for. */
export function listCaCertificates(db: Queries, query: ListQuery, filters: CaFilters): Page<ListedCa> {
  const { subject, issuer, fingerprint, id } = caCertificates;
  const where = and(
    eq(caCertificates.kind, filters.kind),
    contains(sql`${subject} || ' ' || ${issuer} || ' ' || ${fingerprint} || ' ' || ${id}`, query.q),
    domainCondition(query.filters.domain),
    contains(subject, query.filters.issuedTo),
    contains(issuer, query.filters.issuedBy),
    within(caCertificates.notBefore, filters.day(query.filters.validFrom)),
    within(caCertificates.notAfter, filters.day(query.filters.validTill)),
    within(caCertificates.uploadedAt, filters.day(query.filters.uploaded)),
    statusCondition(query.filters.status, filters.at),
  );
  const { der: _, ...columns } = getTableColumns(caCertificates);
  const rows = db
    .select({ ...columns, retired })
    .from(caCertificates)
    .where(where)
    .orderBy(...orderBy(query, sortedBy(filters.at), [desc(caCertificates.uploadedAt), desc(id)]))
    .limit(query.size)
    .offset((query.page - 1) * query.size)
    .all();
  const total = db.select({ total: count() }).from(caCertificates).where(where).get()?.total ?? 0;
  return { rows: rows.map((row) => ({ ...row, retired: row.retired === 1 })), total };
}

function domainCondition(wanted: string | undefined): SQL | undefined {
  const domain = DOMAINS.find((known) => known === wanted);
  return domain === undefined ? undefined : eq(caCertificates.domain, domain);
}

/**
 * By what is stored. Whether an intermediate still has its path is judged for the rows that are shown; to filter by it would mean
 * to judge the whole store, so one that is marked untrusted is found among the valid ones.
 */
function statusCondition(status: string | undefined, at: number): SQL | undefined {
  if (status === 'retired') return retired;
  if (status === 'valid') return and(gte(caCertificates.notAfter, at), not(retired));
  return status === 'expired' ? and(lt(caCertificates.notAfter, at), not(retired)) : undefined;
}

/** How many CA certificates there are in date and not retired, and how many of them end within 30 days. */
export function countCaCertificates(db: Queries, at: number): { total: number; endingSoon: number } {
  const soon = sql<number>`coalesce(sum(${caCertificates.notAfter} < ${at + 30 * DAY}), 0)`;
  const row = db
    .select({ total: count(), endingSoon: soon })
    .from(caCertificates)
    .where(and(gte(caCertificates.notAfter, at), not(retired)))
    .get();
  return row ?? { total: 0, endingSoon: 0 };
}
