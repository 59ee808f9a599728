import type { FastifyBaseLogger } from 'fastify';
import { type Db, transaction } from '../../db/index.ts';
import { DAY, HOUR, MINUTE } from '../../lib/durations.ts';
import { sha256Hex } from '../../lib/ids.ts';
import type { SendMail } from '../../mail/index.ts';
import { tellMailsGivenUp } from '../tell.ts';
import { deleteSentMails, getRecipient, listMailsDue, type OutboxMail, updateOutboxMail } from './store.ts';

/** What the outbox is emptied with. */
export interface OutboxParts {
  readonly db: Db;
  readonly sendMail: SendMail;
  readonly timeZone: string;
  readonly log: Pick<FastifyBaseLogger, 'error' | 'warn'>;
}

/** A mail that could not be sent for so long is given up. */
export const GIVEN_UP_AFTER = 4 * DAY;
/** Mails that were sent are kept this long, for the operator's questions. */
export const SENT_KEPT_FOR = 30 * DAY;
/** So many are under way at a time, so that one that hangs does not hold up the others. */
const AT_A_TIME = 3;
const BATCH = 100;

/** How long to wait after so many attempts: 1, 4, 16, 64 minutes, 4 hours, then every 12. */
export function pauseAfter(attempts: number): number {
  return Math.min(12 * HOUR, 4 ** (attempts - 1) * MINUTE);
}

/**
 * Sends every mail whose time has come. One that fails is tried again after a pause, longer each time; after four days it is given up:
 * kept, logged, and the admins are told. A crash between sending and noting it sends a mail twice, under the same message id.
 */
export async function sendMails(parts: OutboxParts, at: number, stopping?: AbortSignal): Promise<void> {
  let mails = listMailsDue(parts.db, at, BATCH);
  while (mails.length > 0 && stopping?.aborted !== true) {
    const queue = mails.values();
    const work = async () => {
      for (const mail of queue) {
        if (stopping?.aborted === true) return;
        await send(parts, mail, at);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    mails = listMailsDue(parts.db, at, BATCH);
  }
}

/** Deletes what was sent long ago; little by little, a run deletes some. */
export function forgetSentMails(db: Db, at: number): void {
  deleteSentMails(db, at - SENT_KEPT_FOR, 1000);
}

async function send({ db, sendMail, timeZone, log }: OutboxParts, mail: OutboxMail, at: number): Promise<void> {
  const recipient = getRecipient(db, mail.accountId);
  if (!recipient.mayBeTold) {
    updateOutboxMail(db, mail.id, { nextAttemptAt: null, lastError: 'the account was deactivated' });
    return;
  }
  const attempts = mail.attempts + 1;
  try {
    await sendMail({ to: recipient.email, subject: mail.subject, text: mail.text, id: messageId(mail) });
  } catch (error) {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const next = at + pauseAfter(attempts);
    const givenUp = next > mail.createdAt + GIVEN_UP_AFTER;
    transaction(db, (tx) => {
      updateOutboxMail(tx, mail.id, { attempts, nextAttemptAt: givenUp ? null : next, lastError });
      if (givenUp) tellMailsGivenUp(tx, lastError, at, timeZone);
    });
    const facts = { mail: mail.id, account: mail.accountId, attempts, err: error };
    if (givenUp) log.error(facts, 'a mail could not be sent for days and was given up');
    else log.warn(facts, 'a mail could not be sent; it will be tried again');
    return;
  }
  updateOutboxMail(db, mail.id, { attempts, nextAttemptAt: null, sentAt: at, lastError: null });
}

/** The same at every attempt, so that a mail program can tell a second copy from a second mail. */
function messageId({ id, accountId, createdAt }: OutboxMail): string {
  return sha256Hex(`${id} ${accountId} ${createdAt}`).slice(0, 32);
}
