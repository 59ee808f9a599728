import { and, asc, count, eq, isNull } from 'drizzle-orm';
import { type Queries, schema } from '../db/index.ts';

const { accountDeactivations, accounts } = schema;

/** Every admin, active ones and others, by username. They are few: the list has no pages. */
export function listAdmins(db: Queries) {
  return selectAdmins(db).where(eq(accounts.role, 'PARTNER_ADMIN')).orderBy(asc(accounts.usernameKey)).all();
}

export function findAdmin(db: Queries, id: string) {
  return selectAdmins(db)
    .where(and(eq(accounts.role, 'PARTNER_ADMIN'), eq(accounts.id, id)))
    .get();
}

function selectAdmins(db: Queries) {
  return db
    .select({
      id: accounts.id,
      username: accounts.username,
      firstName: accounts.firstName,
      lastName: accounts.lastName,
      email: accounts.email,
      createdAt: accounts.createdAt,
      deactivatedAt: accountDeactivations.at,
    })
    .from(accounts)
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id));
}

export type Admin = NonNullable<ReturnType<typeof findAdmin>>;

export function countActiveAdmins(db: Queries): number {
  const row = db
    .select({ count: count() })
    .from(accounts)
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(and(eq(accounts.role, 'PARTNER_ADMIN'), isNull(accountDeactivations.at)))
    .get();
  return row?.count ?? 0;
}

export function insertAdminDeactivation(db: Queries, row: typeof accountDeactivations.$inferInsert): void {
  db.insert(accountDeactivations).values(row).run();
}
