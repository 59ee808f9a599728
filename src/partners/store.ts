import { and, count, desc, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { lostPath } from '../certificates/index.ts';
import { contains, orderBy, type Queries, schema } from '../db/index.ts';
import type { ListQuery, Page } from '../lib/paging.ts';

const { accountDeactivations, accounts, certificates, partners } = schema;

export const PARTNER_STATUSES = ['active', 'no_certificate', 'deactivated'] as const;
export type PartnerStatus = (typeof PARTNER_STATUSES)[number];

export interface ListedPartner {
  readonly id: string;
  readonly username: string;
  readonly organization: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: number;
  readonly status: PartnerStatus;
  /** The current one, if there is one. */
  readonly certificate: { readonly der: Buffer; readonly notAfter: number } | null;
}

const status = sql<PartnerStatus>`CASE WHEN ${accountDeactivations.at} IS NOT NULL THEN 'deactivated' WHEN ${partners.certificateId} IS NULL THEN 'no_certificate' ELSE 'active' END`;

const SORTED_BY = {
  username: accounts.usernameKey,
  organization: partners.organization,
  email: accounts.emailKey,
  created: accounts.createdAt,
  status,
};
export const PARTNER_COLUMNS = Object.keys(SORTED_BY);
export const PARTNER_FILTERS = ['username', 'organization', 'email', 'status'];

/** One page of partners; newest first unless another order is asked for. */
export function listPartners(db: Queries, query: ListQuery, at: number): Page<ListedPartner> {
  const name = sql<string>`${accounts.firstName} || ' ' || ${accounts.lastName}`;
  const where = and(
    contains(
      sql`${accounts.username} || ' ' || ${partners.organization} || ' ' || ${accounts.email} || ' ' || ${name}`,
      query.q,
    ),
    contains(accounts.username, query.filters.username),
    contains(partners.organization, query.filters.organization),
    contains(accounts.email, query.filters.email),
    statusCondition(query.filters.status, at),
  );
  const rows = db
    .select({
      id: accounts.id,
      username: accounts.username,
      organization: partners.organization,
      email: accounts.email,
      name,
      createdAt: accounts.createdAt,
      status,
      certificate: { der: certificates.der, notAfter: certificates.notAfter },
    })
    .from(partners)
    .innerJoin(accounts, eq(accounts.id, partners.accountId))
    .leftJoin(certificates, eq(certificates.id, partners.certificateId))
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(where)
    .orderBy(...orderBy(query, SORTED_BY, [desc(accounts.createdAt), desc(accounts.id)]))
    .limit(query.size)
    .offset((query.page - 1) * query.size)
    .all();
  const total = db
    .select({ total: count() })
    .from(partners)
    .innerJoin(accounts, eq(accounts.id, partners.accountId))
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(where)
    .get();
  return { rows, total: total?.total ?? 0 };
}

/** Besides the statuses themselves, `untrusted` finds the active partners whose current certificate has lost its path. */
function statusCondition(wanted: string | undefined, at: number): SQL | undefined {
  if (wanted === 'untrusted') return sql`${partners.certificateId} IN (${lostPath(at)})`;
  if (wanted === 'deactivated') return isNotNull(accountDeactivations.at);
  if (wanted === 'active') return and(isNull(accountDeactivations.at), isNotNull(partners.certificateId));
  return wanted === 'no_certificate' ? and(isNull(accountDeactivations.at), isNull(partners.certificateId)) : undefined;
}

export function findPartnerDeactivation(db: Queries, accountId: string) {
  return db
    .select({ at: accountDeactivations.at, reason: accountDeactivations.reason, by: accounts.username })
    .from(accountDeactivations)
    .innerJoin(accounts, eq(accounts.id, accountDeactivations.by))
    .where(eq(accountDeactivations.accountId, accountId))
    .get();
}

export function insertPartnerDeactivation(db: Queries, row: typeof accountDeactivations.$inferInsert): void {
  db.insert(accountDeactivations).values(row).run();
}

export function updateOrganization(db: Queries, accountId: string, organization: string): void {
  db.update(partners).set({ organization }).where(eq(partners.accountId, accountId)).run();
}
