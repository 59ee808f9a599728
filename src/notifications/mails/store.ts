import { and, asc, count, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';
import { type ListedNotification, type NotificationRow, selectListed } from '../store.ts';

const { accountDeactivations, accounts, notifications, outboxMails } = schema;

export type MailDue = NonNullable<NotificationRow['mailDue']>;
export type OutboxMail = typeof outboxMails.$inferSelect;

/** Whom a mail goes to, as the account is now. */
export interface Recipient {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly language: 'en' | 'fr' | 'ar';
  /** An admin who left is told nothing more; a deactivated partner may still sign in and read. */
  readonly mayBeTold: boolean;
}

const RECIPIENT = {
  id: accounts.id,
  email: accounts.email,
  firstName: accounts.firstName,
  language: accounts.language,
  mayBeTold: sql<number>`${accounts.role} <> 'PARTNER_ADMIN' OR ${accountDeactivations.at} IS NULL`.mapWith(Boolean),
};

/** Everybody with an account. */
export const selectRecipients = (db: Queries) =>
  db.select(RECIPIENT).from(accounts).leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id));

export function getRecipient(db: Queries, id: string): Recipient {
  const recipient = selectRecipients(db).where(eq(accounts.id, id)).get();
  if (recipient === undefined) throw new Error(`account ${id} has vanished`);
  return recipient;
}

/** The accounts for whom something waits to be told by mail. */
export function listAccountsDue(db: Queries, due: MailDue): string[] {
  const rows = db
    .selectDistinct({ id: notifications.accountId })
    .from(notifications)
    .where(eq(notifications.mailDue, due));
  return rows.all().map((row) => row.id);
}

const isDue = (accountId: string, due: MailDue): SQL | undefined =>
  and(eq(notifications.mailDue, due), eq(notifications.accountId, accountId));

/** What waits to be told to an account: the first ones, how many there are, and the newest id. What was dismissed is not told again. */
export function listDue(
  db: Queries,
  accountId: string,
  due: MailDue,
  limit: number,
): { rows: ListedNotification[]; total: number; newest: number } {
  const waiting = and(isDue(accountId, due), isNull(notifications.dismissedAt));
  const rows = selectListed(db).where(waiting).orderBy(asc(notifications.id)).limit(limit).all();
  const total = db.select({ total: count() }).from(notifications).where(waiting).get()?.total ?? 0;
  const newest = db
    .select({ id: sql<number>`coalesce(max(${notifications.id}), 0)` })
    .from(notifications)
    .where(isDue(accountId, due))
    .get();
  return { rows, total, newest: newest?.id ?? 0 };
}

/** Notes up to `limit` of them, with ids up to `upTo`, as told. Returns how many. */
export function clearDue(db: Queries, accountId: string, due: MailDue, upTo: number, limit: number): number {
  const first = sql`SELECT id FROM notifications WHERE mail_due = ${due} AND account_id = ${accountId} AND id <= ${upTo} ORDER BY id LIMIT ${limit}`;
  return db.update(notifications).set({ mailDue: null }).where(sql`${notifications.id} IN (${first})`).run().changes;
}

/** Queues a mail. It must carry no token: such mails are sent at once or asked for again (rules 7). */
export function insertOutboxMail(
  db: Queries,
  mail: Pick<OutboxMail, 'accountId' | 'subject' | 'text'> & { readonly at: number },
): void {
  const { at, ...rest } = mail;
  db.insert(outboxMails)
    .values({ ...rest, createdAt: at, attempts: 0, nextAttemptAt: at })
    .run();
}

/** Mails whose time has come, the longest due first. */
export function listMailsDue(db: Queries, at: number, limit: number): OutboxMail[] {
  return db
    .select()
    .from(outboxMails)
    .where(lte(outboxMails.nextAttemptAt, at))
    .orderBy(asc(outboxMails.nextAttemptAt))
    .limit(limit)
    .all();
}

export function updateOutboxMail(
  db: Queries,
  id: number,
  change: Partial<Pick<OutboxMail, 'attempts' | 'nextAttemptAt' | 'sentAt' | 'lastError'>>,
): void {
  db.update(outboxMails).set(change).where(eq(outboxMails.id, id)).run();
}

/** Mails that were sent before an instant are kept no longer; those that were given up are. Returns how many were deleted. */
export function deleteSentMails(db: Queries, before: number, limit: number): number {
  const old = sql`SELECT id FROM outbox_mails WHERE sent_at IS NOT NULL AND sent_at < ${before} LIMIT ${limit}`;
  return db.delete(outboxMails).where(sql`${outboxMails.id} IN (${old})`).run().changes;
}
