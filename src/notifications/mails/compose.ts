import type { FastifyBaseLogger } from 'fastify';
import { type Db, type Queries, transaction } from '../../db/index.ts';
import { formatter } from '../../i18n/format.ts';
import { type Translate, translator } from '../../i18n/index.ts';
import { inSlices } from '../../lib/slices.ts';
import { foldSpace } from '../../lib/text.ts';
import { wordNotification } from '../wording.ts';
import {
  clearDue,
  getRecipient,
  insertOutboxMail,
  listAccountsDue,
  listDue,
  type MailDue,
  type Recipient,
} from './store.ts';

/** What mails are composed with. */
export interface MailParts {
  readonly db: Db;
  readonly timeZone: string;
  /** Origin of the links. */
  readonly baseUrl: string;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** A mail tells this many things; the page has the others. */
const LISTED = 20;
/** A longer subject says only what kind of thing it is about. */
const LONGEST_SUBJECT = 120;
/** So many notifications are noted as told in one transaction. */
const NOTED_AT_ONCE = 1000;

/**
 * Puts what waits to be told by mail into the outbox: one mail for each person, however much it is, in the transaction that notes it as
 * told. A mail that cannot be composed is logged and stops no other.
 */
export async function composeMails(parts: MailParts, due: MailDue, at: number, stopping?: AbortSignal): Promise<void> {
  const { db, log } = parts;
  function* steps(): Generator<() => void> {
    for (const accountId of listAccountsDue(db, due)) {
      if (stopping?.aborted === true) return;
      let notedPartly: number | undefined;
      yield () => {
        notedPartly = transaction(db, (tx) => composeFor(tx, parts, accountId, due, at));
      };
      // Very many are noted in several steps; one that is lost to a power cut costs a second mail, never a missing one.
      while (notedPartly !== undefined) {
        const upTo = notedPartly;
        yield () => {
          const noted = transaction(db, (tx) => clearDue(tx, accountId, due, upTo, NOTED_AT_ONCE));
          if (noted < NOTED_AT_ONCE) notedPartly = undefined;
        };
      }
    }
  }
  await inSlices(steps(), (step) => {
    try {
      step();
    } catch (error) {
      log.error({ err: error }, 'a mail with notifications could not be composed');
    }
  });
}

/** Queues the mail of one person and notes what it tells. Returns the newest id it tells where not all could be noted in one go. */
function composeFor(tx: Queries, parts: MailParts, accountId: string, due: MailDue, at: number): number | undefined {
  const { rows, total, newest } = listDue(tx, accountId, due, LISTED);
  const recipient = getRecipient(tx, accountId);
  if (recipient.mayBeTold && rows.length > 0) {
    const { t, fmt } = speakTo(recipient, parts.timeZone);
    const told = rows.map((row) => wordNotification(row, { t, fmt, at }));
    const [only] = told;
    const short = total === 1 && only !== undefined && only.text.length <= LONGEST_SUBJECT;
    const lines = told.flatMap(({ text, reason, link }) => [
      text,
      ...(reason === null ? [] : [t('notifications.reason', { reason: foldSpace(reason) })]),
      ...(link === null ? [''] : [t('mail.link', { label: link.label }), `${parts.baseUrl}${link.href}`, '']),
    ]);
    const more = total - rows.length;
    const rest = more > 0 ? t('mail.notifications.more', { count: more }) : t('mail.notifications.all');
    insertOutboxMail(tx, {
      accountId,
      subject: short ? only.text : t('mail.notifications.subject', { count: total }),
      text: letter(t, recipient, parts.baseUrl, [...lines, rest, `${parts.baseUrl}/notifications`]),
      at,
    });
  }
  return clearDue(tx, accountId, due, newest, NOTED_AT_ONCE) < NOTED_AT_ONCE ? undefined : newest;
}

/** How a person is spoken to in mails. */
export function speakTo({ language }: Recipient, timeZone: string) {
  return { t: translator(language), fmt: formatter(language, timeZone) };
}

/** A mail's text: greeting, what is told, what the portal is, and how to change the language. Every link stands on a line of its own. */
export function letter(t: Translate, { firstName }: Recipient, baseUrl: string, lines: readonly string[]): string {
  const end = ['-- ', t('mail.footer.portal'), t('mail.footer.language'), `${baseUrl}/profile`];
  return [t('mail.greeting', { name: firstName }), '', ...lines, '', ...end, ''].join('\n');
}
