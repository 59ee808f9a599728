import {
  and,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { type Db, preparedOnce, type Queries, schema, untilChanged } from '../db/index.ts';
import { isDay } from '../lib/calendar.ts';
import { type Filter, type ListQuery, oneOf, type Page, pageWithin } from '../lib/paging.ts';
import { caseKey } from '../lib/text.ts';

const { accountDeactivations, accounts, chips, notifications } = schema;

export type NotificationRow = typeof notifications.$inferSelect;

/** A notification with the chip it is about, if it is about one. */
export interface ListedNotification extends NotificationRow {
  readonly make: string | null;
  readonly model: string | null;
}

/** Tells somebody something; what the person was told already stays as it was. */
export function insertNotification(
  db: Queries,
  told: Pick<NotificationRow, 'accountId' | 'kind' | 'thingId' | 'about' | 'at' | 'mailDue'> &
    Partial<Pick<NotificationRow, 'targetId' | 'note'>>,
): void {
  const searchKey = caseKey(`${told.about} ${told.note ?? ''}`);
  db.insert(notifications)
    .values({ ...told, searchKey })
    .onConflictDoNothing()
    .run();
}

/** Takes away what holds of a thing no more: that it ends soon, or waits for a decision. What has happened stays told. */
export function deletePending(db: Queries, thingId: string): void {
  deletePendingOf(db).run({ thingId });
}

const deletePendingOf = preparedOnce((db) => {
  const pending = or(isNotNull(notifications.threshold), eq(notifications.kind, 'chip-waiting'));
  return db
    .delete(notifications)
    .where(and(eq(notifications.thingId, sql.placeholder('thingId')), pending))
    .prepare();
});

/** Takes away every reminder of an account. */
export function deleteRemindersOf(db: Queries, accountId: string): void {
  db.delete(notifications)
    .where(and(eq(notifications.accountId, accountId), isNotNull(notifications.threshold)))
    .run();
}

/** The admins who can sign in. */
export function listActiveAdmins(db: Queries) {
  return db
    .select({ id: accounts.id, createdAt: accounts.createdAt })
    .from(accounts)
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(and(eq(accounts.role, 'PARTNER_ADMIN'), isNull(accountDeactivations.at)))
    .all();
}

/** A notification of one person; another's is as unknown as none. */
export function findNotificationOf(db: Queries, accountId: string, id: number): NotificationRow | undefined {
  return db
    .select()
    .from(notifications)
    .where(and(eq(notifications.id, id), eq(notifications.accountId, accountId)))
    .get();
}

export function dismissNotification(db: Queries, id: number, at: number): void {
  db.update(notifications)
    .set({ dismissedAt: at })
    .where(and(eq(notifications.id, id), isNull(notifications.dismissedAt)))
    .run();
}

/** Dismisses up to `limit` unread ones with ids up to `upTo`, the oldest first. Returns how many. */
export function dismissSome(db: Queries, accountId: string, upTo: number, at: number, limit: number): number {
  const unread = sql`SELECT id FROM notifications WHERE account_id = ${accountId} AND dismissed_at IS NULL AND id <= ${upTo} ORDER BY id LIMIT ${limit}`;
  return db.update(notifications).set({ dismissedAt: at }).where(sql`${notifications.id} IN (${unread})`).run().changes;
}

/** More unread ones than this are not counted: the frame of every page asks. */
const COUNTED = 99;

/** How many are unread; `more`: more than that. */
export interface Unread {
  readonly count: number;
  readonly more: boolean;
}

/** Counts the unread ones of an account. */
export function unreadCounter(db: Db): (accountId: string) => Unread {
  const unread = sql`SELECT 1 FROM notifications WHERE account_id = ${sql.placeholder('accountId')} AND dismissed_at IS NULL LIMIT ${sql.raw(String(COUNTED + 1))}`;
  const prepared = db.select({ count: count() }).from(sql`(${unread})`).prepare();
  const unreadOf = untilChanged((_, accountId) => prepared.get({ accountId })?.count ?? 0);
  return (accountId) => {
    const unread = unreadOf(db, accountId);
    return { count: Math.min(unread, COUNTED), more: unread > COUNTED };
  };
}

/** The newest unread ones. */
export function listUnread(db: Queries, accountId: string, limit: number): ListedNotification[] {
  return selectListed(db)
    .where(and(eq(notifications.accountId, accountId), isNull(notifications.dismissedAt)))
    .orderBy(desc(notifications.id))
    .limit(limit)
    .all();
}

export const STATES = ['unread', 'dismissed'] as const;
export const NOTIFICATION_FILTERS: readonly Filter[] = [
  oneOf('kind', notifications.kind.enumValues),
  oneOf('state', STATES),
  { name: 'from', accepts: isDay },
  { name: 'to', accepts: isDay },
];
export const NOTIFICATION_COLUMNS = ['at'];

/** Who was told, and when the days of the filters begin and end. */
export interface NotificationScope {
  readonly accountId: string;
  readonly day: (day: string | undefined) => { from: number; to: number } | undefined;
}

/** One page of what a person was told; newest first unless the oldest are asked for. */
export function listNotifications(db: Queries, query: ListQuery, scope: NotificationScope): Page<ListedNotification> {
  const where = conditionOf(query, scope);
  const total = db.select({ total: count() }).from(notifications).where(where).get()?.total ?? 0;
  const rows = selectListed(db)
    .where(where)
    .orderBy(isOldestFirst(query) ? notifications.id : desc(notifications.id))
    .limit(query.size)
    .offset((pageWithin(query, total) - 1) * query.size)
    .all();
  return { rows, total };
}

/** So many are read at a time where all are wanted. */
const BLOCK = 100;

/** Everything of a list, in its order, in blocks, each going on where the last one ended. What comes meanwhile is left out. */
export function* listAllNotifications(
  db: Queries,
  query: ListQuery,
  scope: NotificationScope,
): Generator<ListedNotification[]> {
  const oldestFirst = isOldestFirst(query);
  const newest = db.get<{ id: number | null }>(sql`SELECT max(id) AS id FROM notifications`)?.id ?? 0;
  for (let last = oldestFirst ? 0 : newest + 1; ; ) {
    const behind = oldestFirst
      ? and(gt(notifications.id, last), lte(notifications.id, newest))
      : lt(notifications.id, last);
    const rows = selectListed(db)
      .where(and(conditionOf(query, scope), behind))
      .orderBy(oldestFirst ? notifications.id : desc(notifications.id))
      .limit(BLOCK)
      .all();
    yield rows;
    if (rows.length < BLOCK) return;
    last = rows.at(-1)?.id ?? 0;
  }
}

function isOldestFirst({ sort }: ListQuery): boolean {
  return sort !== undefined && !sort.descending;
}

function conditionOf({ q, filters }: ListQuery, { accountId, day }: NotificationScope): SQL | undefined {
  return and(
    eq(notifications.accountId, accountId),
    q === '' ? undefined : sql`instr(${notifications.searchKey}, ${caseKey(q)}) > 0`,
    kindCondition(filters.kind),
    stateCondition(filters.state),
    timeCondition(day(filters.from), day(filters.to)),
  );
}

/** A notification and the chip it is about. */
export function selectListed(db: Queries) {
  return db
    .select({ ...getTableColumns(notifications), make: chips.make, model: chips.model })
    .from(notifications)
    .leftJoin(chips, eq(chips.id, notifications.targetId));
}

function kindCondition(wanted: string | undefined): SQL | undefined {
  const kind = notifications.kind.enumValues.find((known) => known === wanted);
  return kind === undefined ? undefined : eq(notifications.kind, kind);
}

function stateCondition(wanted: string | undefined): SQL | undefined {
  if (wanted === 'unread') return isNull(notifications.dismissedAt);
  return wanted === 'dismissed' ? isNotNull(notifications.dismissedAt) : undefined;
}

/** From the beginning of one day to the end of another; either may be open. */
function timeCondition(
  from: { from: number; to: number } | undefined,
  to: { from: number; to: number } | undefined,
): SQL | undefined {
  return and(from && gte(notifications.at, from.from), to && lte(notifications.at, to.to - 1));
}
