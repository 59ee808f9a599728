import { and, count, eq, inArray } from 'drizzle-orm';
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

const { accountDeactivations, accounts, personList } = schema;

const SOURCE: ListSource<Admin> = { table: personList, key: personList.seq, search: 'person_search', read: readListed };
const ROLE = 'PARTNER_ADMIN';
const SORTED_BY: SortColumns = {
  username: [personList.usernameKey],
  name: [personList.name],
  email: [personList.emailKey],
  created: [personList.createdAt],
  status: [personList.status],
};
export const ADMIN_COLUMNS = Object.keys(SORTED_BY);
export const ADMIN_STATUSES = ['active', 'deactivated'] as const;
export const ADMIN_FILTERS: readonly Filter[] = [
  { name: 'username' },
  { name: 'name' },
  { name: 'email' },
  oneOf('status', ADMIN_STATUSES),
];

/** One page of admins, active ones and others; newest first unless another order is asked for. */
export function listAdmins(db: Queries, query: ListQuery): Page<Admin> {
  return listPage(db, SOURCE, selectionOf(db, query), query);
}

/** Every admin of a list, in its order, in blocks. */
export function listAllAdmins(db: Queries, query: ListQuery): Generator<Admin[]> {
  return listBlocks(db, SOURCE, selectionOf(db, query));
}

function readListed(db: Queries, keys: number[]) {
  const rows = selectAdmins(db).where(inArray(personList.seq, keys)).all();
  return rows.map((row) => ({ key: row.key, row }));
}

function selectionOf(db: Queries, { q, filters, sort }: ListQuery): Selection {
  const { username, name, email } = filters;
  const match = matchOf([
    { columns: ['username', 'name', 'email'], text: q, words: true },
    { columns: ['username'], text: username },
    { columns: ['name'], text: name },
    { columns: ['email'], text: email },
  ]);
  const status = ADMIN_STATUSES.find((each) => each === filters.status);
  return {
    match,
    where: [eq(personList.role, ROLE), status === undefined ? undefined : eq(personList.status, status)],
    order: sort && { columns: SORTED_BY[sort.column] ?? [], descending: sort.descending },
    total: match === undefined ? countRows(db, 'people', ROLE, status && [status]) : undefined,
  };
}

export function findAdmin(db: Queries, id: string) {
  return selectAdmins(db)
    .where(and(eq(personList.role, ROLE), eq(personList.accountId, id)))
    .get();
}

function selectAdmins(db: Queries) {
  return db
    .select({
      key: personList.seq,
      id: accounts.id,
      username: accounts.username,
      firstName: accounts.firstName,
      lastName: accounts.lastName,
      email: accounts.email,
      createdAt: accounts.createdAt,
      deactivatedAt: accountDeactivations.at,
    })
    .from(personList)
    .innerJoin(accounts, eq(accounts.id, personList.accountId))
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, personList.accountId));
}

export type Admin = NonNullable<ReturnType<typeof findAdmin>>;

export function countActiveAdmins(db: Queries): number {
  const row = db
    .select({ count: count() })
    .from(personList)
    .where(and(eq(personList.role, ROLE), eq(personList.status, 'active')))
    .get();
  return row?.count ?? 0;
}

export function insertAdminDeactivation(db: Queries, row: typeof accountDeactivations.$inferInsert): void {
  db.insert(accountDeactivations).values(row).run();
}
