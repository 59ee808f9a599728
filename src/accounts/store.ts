import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import { givenText, preparedOnce, type Queries, schema } from '../db/index.ts';

const { accountDeactivations, accountLinks, accounts, consents, partners, signInFailures } = schema;

export type AccountRow = typeof accounts.$inferSelect;
export type LinkRow = typeof accountLinks.$inferSelect;

export function insertAccount(db: Queries, account: typeof accounts.$inferInsert): void {
  db.insert(accounts).values(account).run();
}

export function insertPartner(db: Queries, partner: typeof partners.$inferInsert): void {
  db.insert(partners).values(partner).run();
}

export function findAccount(db: Queries, id: string): AccountRow | undefined {
  return db.select().from(accounts).where(eq(accounts.id, id)).get();
}

export function findAccountByEmail(db: Queries, emailKey: string): AccountRow | undefined {
  return db.select().from(accounts).where(eq(accounts.emailKey, emailKey)).get();
}

export function findAccountByUsername(db: Queries, usernameKey: string): AccountRow | undefined {
  return db.select().from(accounts).where(eq(accounts.usernameKey, usernameKey)).get();
}

export function updateAccount(
  db: Queries,
  id: string,
  change: Partial<Pick<AccountRow, 'email' | 'emailKey' | 'language' | 'passwordHash'>>,
): void {
  db.update(accounts).set(change).where(eq(accounts.id, id)).run();
}

export function isDeactivated(db: Queries, accountId: string): boolean {
  return (
    db
      .select({ at: accountDeactivations.at })
      .from(accountDeactivations)
      .where(eq(accountDeactivations.accountId, accountId))
      .get() !== undefined
  );
}

export function hasActiveAdmin(db: Queries): boolean {
  const row = db
    .select({ id: accounts.id })
    .from(accounts)
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(and(eq(accounts.role, 'PARTNER_ADMIN'), isNull(accountDeactivations.at)))
    .limit(1)
    .get();
  return row !== undefined;
}

export function insertConsent(db: Queries, consent: typeof consents.$inferInsert): void {
  db.insert(consents).values(consent).onConflictDoNothing().run();
}

/** When an account consented last, to whatever version. */
export function findConsentedAt(db: Queries, accountId: string): number | undefined {
  return db
    .select({ at: consents.at })
    .from(consents)
    .where(eq(consents.accountId, accountId))
    .orderBy(desc(consents.at))
    .limit(1)
    .get()?.at;
}

/** An account of a partner with what only a partner has, and since when it is deactivated, if it is. */
export const partnerAccount = preparedOnce((db) =>
  db
    .select({
      username: accounts.username,
      firstName: accounts.firstName,
      lastName: accounts.lastName,
      email: accounts.email,
      createdAt: accounts.createdAt,
      organization: partners.organization,
      address: partners.address,
      phone: partners.phone,
      certificateId: partners.certificateId,
      deactivatedAt: accountDeactivations.at,
    })
    .from(partners)
    .innerJoin(accounts, eq(accounts.id, partners.accountId))
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, partners.accountId))
    .where(eq(partners.accountId, givenText('id')))
    .prepare(),
);

export function findPartner(db: Queries, accountId: string): typeof partners.$inferSelect | undefined {
  return db.select().from(partners).where(eq(partners.accountId, accountId)).get();
}

export function insertLink(db: Queries, link: Omit<typeof accountLinks.$inferInsert, 'usedAt'>): void {
  db.insert(accountLinks).values(link).run();
}

/** A link that still works: known, of this purpose, unused and in time. */
export function findLiveLink(
  db: Queries,
  purpose: LinkRow['purpose'],
  tokenHash: string,
  at: number,
): LinkRow | undefined {
  return db
    .select()
    .from(accountLinks)
    .where(
      and(
        eq(accountLinks.tokenHash, tokenHash),
        eq(accountLinks.purpose, purpose),
        isNull(accountLinks.usedAt),
        gt(accountLinks.expiresAt, at),
      ),
    )
    .get();
}

export function markLinkUsed(db: Queries, tokenHash: string, at: number): void {
  db.update(accountLinks).set({ usedAt: at }).where(eq(accountLinks.tokenHash, tokenHash)).run();
}

/** Makes every unused link of a purpose dead: all of them, or those of one account. */
export function endLinks(db: Queries, purpose: LinkRow['purpose'], accountId: string | null, at: number): void {
  db.update(accountLinks)
    .set({ usedAt: at })
    .where(
      and(
        eq(accountLinks.purpose, purpose),
        isNull(accountLinks.usedAt),
        accountId === null ? isNull(accountLinks.accountId) : eq(accountLinks.accountId, accountId),
      ),
    )
    .run();
}

export function findFailures(db: Queries, key: string): typeof signInFailures.$inferSelect | undefined {
  return db.select().from(signInFailures).where(eq(signInFailures.key, key)).get();
}

/** Counts one more failure; a window that began before `since` starts anew. Returns the count. */
export function countFailure(db: Queries, key: string, at: number, since: number): number {
  const row = db
    .insert(signInFailures)
    .values({ key, windowStart: at, lastAt: at, count: 1 })
    .onConflictDoUpdate({
      target: signInFailures.key,
      set: {
        count: sql`CASE WHEN ${signInFailures.windowStart} <= ${since} THEN 1 ELSE ${signInFailures.count} + 1 END`,
        windowStart: sql`CASE WHEN ${signInFailures.windowStart} <= ${since} THEN ${at} ELSE ${signInFailures.windowStart} END`,
        lastAt: at,
      },
    })
    .returning({ count: signInFailures.count })
    .get();
  return row.count;
}

/** Counts one failure less: the attempt was a success. */
export function takeFailureBack(db: Queries, key: string): void {
  db.update(signInFailures)
    .set({ count: sql`max(${signInFailures.count} - 1, 0)` })
    .where(eq(signInFailures.key, key))
    .run();
}

export function forgetFailures(db: Queries, key: string): void {
  db.delete(signInFailures).where(eq(signInFailures.key, key)).run();
}

/** Failures older than `before` say nothing any more. */
export function deleteOldFailures(db: Queries, before: number): void {
  db.delete(signInFailures).where(sql`${signInFailures.lastAt} < ${before}`).run();
}

/** Puts the newest partner certificate in place. */
export function setPartnerCertificate(db: Queries, accountId: string, certificateId: string): void {
  certificateOfPartner(db).run({ accountId, certificateId });
}

const certificateOfPartner = preparedOnce((db) =>
  db
    .update(partners)
    .set({ certificateId: sql`${sql.placeholder('certificateId')}` })
    .where(eq(partners.accountId, sql.placeholder('accountId')))
    .prepare(),
);
