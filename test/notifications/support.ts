import { newId } from '../../src/lib/ids.ts';
import { composeMails, type MailParts } from '../../src/notifications/mails/compose.ts';
import { tellEnds } from '../../src/notifications/reminders/ends.ts';
import type { Portal } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';

export const at = (iso: string) => Date.parse(iso);

export interface StoredNotification {
  readonly id: number;
  readonly username: string;
  readonly kind: string;
  readonly thing_id: string;
  readonly threshold: number | null;
  readonly mail_due: string | null;
  readonly dismissed_at: number | null;
}

/** What everybody, or one person, was told, as it is stored, oldest first. */
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
export function remind({ db, config }: Pick<Portal, 'db' | 'config'>, instant: number): Promise<void> {
  return tellEnds(db, config.timeZone, instant);
}

/** What mails are composed with; what is logged comes into `logged`. */
export function mailParts({ db, config }: Pick<Portal, 'db' | 'config'>, logged: unknown[] = []): MailParts {
  const log = { error: (...line: unknown[]) => void logged.push(line) };
  return { db, timeZone: config.timeZone, baseUrl: config.mailUrl, log };
}

export interface QueuedMail {
  readonly id: number;
  readonly username: string;
  readonly subject: string;
  readonly text: string;
  readonly attempts: number;
  readonly next_attempt_at: number | null;
  readonly sent_at: number | null;
  readonly last_error: string | null;
}

/** The outbox, oldest first. */
export function outbox({ db }: Pick<Portal, 'db'>): QueuedMail[] {
  return db.$client
    .prepare('SELECT m.*, a.username FROM outbox_mails m JOIN accounts a ON a.id = m.account_id ORDER BY m.id')
    .all() as QueuedMail[];
}

/** Composes what is due at once and what is gathered, as the schedules do; returns the mails that are new. */
export async function mailsOf(portal: Portal, instant = Date.now()): Promise<QueuedMail[]> {
  const before = outbox(portal).length;
  for (const due of ['at-once', 'gathered'] as const) await composeMails(mailParts(portal), due, instant);
  return outbox(portal).slice(before);
}

/** A CA certificate of the trust store that ends at an instant, put there behind the portal's back; returns its id. */
export function addCa({ db, idOf }: Portal, notAfter: number, subject = 'CN=Old Root,O=Test Trust'): string {
  const id = newId();
  db.$client
    .prepare(
      `INSERT INTO ca_certificates (id, domain, kind, fingerprint, der, subject, issuer, not_before, not_after, uploaded_at, uploaded_by)
       VALUES (?, 'FTM', 'root', ?, x'00', ?, ?, 0, ?, 0, ?)`,
    )
    .run(id, id, subject, subject, notAfter, idOf('ada'));
  return id;
}

/** Lets a stored certificate end at another instant, past the trigger that keeps it from changing. */
export function setEnd(
  { db }: Pick<Portal, 'db'>,
  table: 'certificates' | 'mosip_signed_certificates',
  id: string,
  notAfter: number,
): void {
  const trigger = db.$client
    .prepare('SELECT sql FROM sqlite_master WHERE name = ?')
    .pluck()
    .get(`${table}_no_update`) as string;
  db.$client.exec(`DROP TRIGGER ${table}_no_update`);
  const key = table === 'certificates' ? 'id' : 'certificate_id';
  db.$client.prepare(`UPDATE ${table} SET not_after = ? WHERE ${key} = ?`).run(notAfter, id);
  db.$client.exec(trigger);
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
