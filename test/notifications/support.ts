import { tellEnds } from '../../src/notifications/reminders/ends.ts';
import type { Portal } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';

export interface StoredNotification {
  readonly id: number;
  readonly username: string;
  readonly kind: string;
  readonly thing_id: string;
  readonly threshold: number | null;
  readonly mail_due: string | null;
  readonly dismissed_at: number | null;
}

/** What a person (or everybody) was told, as it is stored, oldest first. */
export function toldTo({ db }: Pick<Portal, 'db'>, username?: string): StoredNotification[] {
  const rows = db.$client
    .prepare('SELECT n.*, a.username FROM notifications n JOIN accounts a ON a.id = n.account_id ORDER BY n.id')
    .all() as StoredNotification[];
  return rows.filter((row) => username === undefined || row.username === username);
}

/** The same as kinds, with the threshold of reminders: "ca-ends 30". */
export function kindsTold(portal: Pick<Portal, 'db'>, username: string): string[] {
  return toldTo(portal, username).map(({ kind, threshold }) => (threshold === null ? kind : `${kind} ${threshold}`));
}

/** A run of the reminders at an instant. */
export function remind({ db, config }: Pick<Portal, 'db' | 'config'>, at: number): Promise<void> {
  return tellEnds(db, config.timeZone, at);
}

/** The kinds in the list of a page, in its order. */
export function kindsIn(page: Answer): string[] {
  return page
    .$('tr[data-kind]')
    .toArray()
    .map((row) => page.$(row).attr('data-kind') ?? '');
}

/** How many the bell says are new; undefined where there is no bell. */
export function unreadIn(page: Answer): number | undefined {
  const shown = page.$('#unread-notifications').attr('data-unread');
  return shown === undefined ? undefined : Number(shown);
}
