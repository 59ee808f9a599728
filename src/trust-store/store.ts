import { and, type Column, count, eq, getTableColumns, gte, inArray, not, type SQL, sql } from 'drizzle-orm';
import {
  countRows,
  type ListSource,
  listBlocks,
  listPage,
  matchOf,
  preparedOnce,
  type Queries,
  type Selection,
  type SortColumns,
  schema,
  untilChanged,
} from '../db/index.ts';
import { isDay } from '../lib/calendar.ts';
import { DAY } from '../lib/durations.ts';
import { type Filter, type ListQuery, oneOf, type Page } from '../lib/paging.ts';

const { caCertificates, caList, trustStoreVersions } = schema;

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
export const versionOf: (db: Queries, domain: Domain) => number = untilChanged(
  (db, domain) => storedVersion(db).get({ domain })?.version ?? 0,
);

const storedVersion = preparedOnce((db) =>
  db
    .select({ version: trustStoreVersions.version })
    .from(trustStoreVersions)
    .where(eq(trustStoreVersions.domain, sql.placeholder('domain')))
    .prepare(),
);

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

export interface CaScope {
  readonly kind: CaRow['kind'];
  readonly at: number;
  /** A calendar day as a range of instants. */
  readonly day: (day: string | undefined) => { from: number; to: number } | undefined;
}

const SOURCE: ListSource<ListedCa> = { table: caList, key: caList.seq, search: 'ca_search', read: readListed };
const SORTED_BY: SortColumns = {
  domain: [caList.domain],
  issuedTo: [caList.subject],
  issuedBy: [caList.issuer],
  validFrom: [caList.notBefore],
  validTill: [caList.notAfter],
  uploaded: [caList.uploadedAt],
  // First what is valid, the longest first, so that what has ended follows; then what is retired.
  status: [caList.retired, { falling: caList.notAfter }],
};
export const CA_COLUMNS = Object.keys(SORTED_BY);
export const CA_STATUSES = ['valid', 'expired', 'retired'] as const;
export const CA_FILTERS: readonly Filter[] = [
  oneOf('domain', DOMAINS),
  { name: 'issuedTo' },
  { name: 'issuedBy' },
  { name: 'validFrom', accepts: isDay },
  { name: 'validTill', accepts: isDay },
  { name: 'uploaded', accepts: isDay },
  oneOf('status', CA_STATUSES),
];

/** A CA certificate as lists show it. */
export interface ListedCa extends Omit<CaRow, 'der'> {
  readonly retired: boolean;
}

/** One page of the CA certificates of a kind; newest first unless another order is asked for. */
export function listCaCertificates(db: Queries, query: ListQuery, scope: CaScope): Page<ListedCa> {
  return listPage(db, SOURCE, selectionOf(db, query, scope), query);
}

/** Every CA certificate of a list, in its order, in blocks. */
export function listAllCaCertificates(db: Queries, query: ListQuery, scope: CaScope): Generator<ListedCa[]> {
  return listBlocks(db, SOURCE, selectionOf(db, query, scope));
}

function readListed(db: Queries, keys: number[]) {
  const { der: _, ...columns } = getTableColumns(caCertificates);
  const rows = db
    .select({ key: caList.seq, retired: caList.retired, ca: columns })
    .from(caList)
    .innerJoin(caCertificates, eq(caCertificates.id, caList.caCertificateId))
    .where(inArray(caList.seq, keys))
    .all();
  return rows.map(({ key, ca, retired }) => ({ key, row: { ...ca, retired: retired === 1 } }));
}

function selectionOf(db: Queries, { q, filters, sort }: ListQuery, { kind, at, day }: CaScope): Selection {
  const match = matchOf([
    { columns: ['subject', 'issuer'], text: q, words: true },
    { columns: ['subject'], text: filters.issuedTo },
    { columns: ['issuer'], text: filters.issuedBy },
  ]);
  return {
    match,
    where: [
      eq(caList.kind, kind),
      filters.domain === undefined ? undefined : eq(caList.domain, filters.domain),
      isWithin(caList.notBefore, day(filters.validFrom)),
      isWithin(caList.notAfter, day(filters.validTill)),
      isWithin(caList.uploadedAt, day(filters.uploaded)),
      statusCondition(filters.status, at),
    ],
    order: sort && { columns: SORTED_BY[sort.column] ?? [], descending: sort.descending },
    total: match === undefined && Object.keys(filters).length === 0 ? countRows(db, 'ca', kind) : undefined,
  };
}

/** Looked at row by row, in the order of the list: a kind has some hundreds of certificates, not more. */
function isWithin(column: Column, range: { from: number; to: number } | undefined): SQL | undefined {
  return range === undefined ? undefined : sql`+${column} >= ${range.from} AND +${column} < ${range.to}`;
}

/**
 * By what is stored. Whether an intermediate still has its path is judged for the rows that are shown; to filter by it would mean
 * to judge the whole store, so one that is marked untrusted is found among the valid ones.
 */
function statusCondition(status: string | undefined, at: number): SQL | undefined {
  if (status === undefined) return undefined;
  if (status === 'retired') return eq(caList.retired, 1);
  const inTime = status === 'valid' ? sql`+${caList.notAfter} >= ${at}` : sql`+${caList.notAfter} < ${at}`;
  return and(eq(caList.retired, 0), inTime);
}

/** How many CA certificates there are in date and not retired, and how many of them end within 30 days. */
export function countCaCertificates(db: Queries, at: number): { total: number; endingSoon: number } {
  const soon = sql<number>`coalesce(sum(${caList.notAfter} < ${at + 30 * DAY}), 0)`;
  const row = db
    .select({ total: count(), endingSoon: soon })
    .from(caList)
    .where(and(eq(caList.retired, 0), gte(caList.notAfter, at)))
    .get();
  return row ?? { total: 0, endingSoon: 0 };
}

/** When the next CA certificate of each domain and kind ends, of those in date and not retired; UTC ms. */
export function listNextEnds(db: Queries, at: number): { domain: string; kind: string; notAfter: number }[] {
  return db
    .select({ domain: caList.domain, kind: caList.kind, notAfter: sql<number>`min(${caList.notAfter})` })
    .from(caList)
    .where(and(eq(caList.retired, 0), gte(caList.notAfter, at)))
    .groupBy(caList.domain, caList.kind)
    .all();
}
