import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import { lostPath } from '../certificates/index.ts';
import {
  countRows,
  type ListSource,
  listBlocks,
  listPage,
  matchOf,
  type Queries,
  type Selection,
  type SortColumns,
  schema,
} from '../db/index.ts';
import { type Filter, type ListQuery, oneOf, type Page } from '../lib/paging.ts';

const { accountDeactivations, accounts, certificates, partners, personList } = schema;

export const PARTNER_STATUSES = ['active', 'no_certificate', 'deactivated'] as const;
export type PartnerStatus = (typeof PARTNER_STATUSES)[number];

export interface ListedPartner {
  readonly id: string;
  readonly username: string;
  readonly organization: string;
  readonly email: string;
  readonly phone: string;
  readonly name: string;
  readonly createdAt: number;
  readonly status: PartnerStatus;
  /** The current one, if there is one. */
  readonly certificate: { readonly id: string; readonly notAfter: number } | null;
}

const SOURCE: ListSource<ListedPartner> = {
  table: personList,
  key: personList.seq,
  search: 'person_search',
  read: readListed,
};
const ROLE = 'FTM_PROVIDER';
const SORTED_BY: SortColumns = {
  username: [personList.usernameKey],
  organization: [personList.organization],
  email: [personList.emailKey],
  created: [personList.createdAt],
  status: [personList.status],
};
export const PARTNER_COLUMNS = Object.keys(SORTED_BY);
export const PARTNER_FILTERS: readonly Filter[] = [
  { name: 'username' },
  { name: 'organization' },
  { name: 'email' },
  oneOf('status', [...PARTNER_STATUSES, 'untrusted']),
];

/** One page of partners; newest first unless another order is asked for. */
export function listPartners(db: Queries, query: ListQuery, at: number): Page<ListedPartner> {
  return listPage(db, SOURCE, selectionOf(db, query, at), query);
}

/** Every partner of a list, in its order, in blocks. */
export function listAllPartners(db: Queries, query: ListQuery, at: number): Generator<ListedPartner[]> {
  return listBlocks(db, SOURCE, selectionOf(db, query, at));
}

function readListed(db: Queries, keys: number[]) {
  const rows = db
    .select({
      key: personList.seq,
      partner: {
        id: accounts.id,
        username: accounts.username,
        organization: partners.organization,
        email: accounts.email,
        phone: partners.phone,
        name: sql<string>`${accounts.firstName} || ' ' || ${accounts.lastName}`,
        createdAt: accounts.createdAt,
      },
      status: personList.status,
      certificate: { id: certificates.id, notAfter: certificates.notAfter },
    })
    .from(personList)
    .innerJoin(accounts, eq(accounts.id, personList.accountId))
    .innerJoin(partners, eq(partners.accountId, personList.accountId))
    .leftJoin(certificates, eq(certificates.id, partners.certificateId))
    .where(inArray(personList.seq, keys))
    .all();
  return rows.map(({ key, partner, status, certificate }) => ({ key, row: { ...partner, status, certificate } }));
}

function selectionOf(db: Queries, { q, filters, sort }: ListQuery, at: number): Selection {
  const { username, organization, email, status } = filters;
  const match = matchOf([
    { columns: ['username', 'name', 'email', 'organization'], text: q, words: true },
    { columns: ['username'], text: username },
    { columns: ['organization'], text: organization },
    { columns: ['email'], text: email },
  ]);
  const known = PARTNER_STATUSES.find((each) => each === status);
  const counted = match === undefined && status !== 'untrusted';
  return {
    match,
    where: [
      eq(personList.role, ROLE),
      known === undefined ? undefined : eq(personList.status, known),
      status === 'untrusted' ? isUntrusted(at) : undefined,
    ],
    order: sort && { columns: SORTED_BY[sort.column] ?? [], descending: sort.descending },
    total: counted ? countRows(db, 'people', ROLE, known && [known]) : undefined,
  };
}

/** Active, with a current certificate that has lost its path. */
function isUntrusted(at: number): SQL {
  return sql`${personList.seq} IN (SELECT l.seq FROM certificates c JOIN person_list l ON l.account_id = c.partner_id
    WHERE c.chip_id IS NULL AND c.id IN (${lostPath(at)}))`;
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
