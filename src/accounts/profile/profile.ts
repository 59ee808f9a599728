import { type Actor, recordChange } from '../../audit/index.ts';
import { type Db, deleteSessionsOf, isUniqueViolation, transaction } from '../../db/index.ts';
import type { Person } from '../../http/session.ts';
import { type Language, translator } from '../../i18n/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { SendMail } from '../../mail/index.ts';
import { accountKey } from '../fields.ts';
import { consumeLink, createLink, endResetLinks, findLink } from '../links.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { noteAttempt, noteSuccess, refuseWhileSlowed } from '../sign-in/throttle.ts';
import { findAccount, findAccountByEmail, isDeactivated, type LinkRow, updateAccount } from '../store.ts';

/**
 * Whether a password is the current one of an account. Failures slow this down like those of signing in, but are counted apart:
 * strangers who fail to sign in must not keep the owner from changing the password.
 * @param slow whether failures slow down (PMP_RATE_LIMIT other than 0)
 * @throws AppError too-many, PMP-AU-002
 */
export async function isCurrentPassword(db: Db, actor: Actor, password: string, slow: boolean): Promise<boolean> {
  const attempt = { account: `${actor.id} in profile`, address: actor.address };
  if (slow) refuseWhileSlowed(db, attempt);
  noteAttempt(db, attempt);
  const matches = await verifyPassword(findAccount(db, actor.id ?? '')?.passwordHash, password.slice(0, 1024));
  if (matches) noteSuccess(db, attempt);
  return matches;
}

/** Sets a new password and ends all sessions of the account. */
export async function changePassword(db: Db, actor: Actor & { id: string }, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  transaction(db, (tx) => {
    updateAccount(tx, actor.id, { passwordHash });
    endResetLinks(tx, actor.id);
    deleteSessionsOf(tx, actor.id);
    recordChange(tx, actor, { action: 'password.change', thing: { type: 'account', id: actor.id } });
  });
}

/** Signs out an account everywhere. */
export function endAllSessions(db: Db, actor: Actor, accountId: string): void {
  transaction(db, (tx) => {
    deleteSessionsOf(tx, accountId);
    recordChange(tx, actor, { action: 'session.end-all', thing: { type: 'account', id: accountId } });
  });
}

/** Remembers the language of an account, for pages and mails. */
export function changeLanguage(db: Db, actor: Actor & { id: string }, language: Language): void {
  transaction(db, (tx) => {
    updateAccount(tx, actor.id, { language });
    recordChange(tx, actor, {
      action: 'language.change',
      thing: { type: 'account', id: actor.id },
      detail: { language },
    });
  });
}

/**
 * Sends a link to a new e-mail address; the address changes when the link is used (rules 7).
 * @returns the reason when another account has the address (PMS_PRT_011)
 */
export async function requestEmailChange(
  db: Db,
  sendMail: SendMail,
  person: Person,
  actor: Actor,
  { email, baseUrl }: { email: string; baseUrl: string },
): Promise<Reason | undefined> {
  const holder = findAccountByEmail(db, accountKey(email));
  if (holder !== undefined && holder.id !== person.id) return emailTaken(email);
  const token = transaction(db, (tx) => {
    recordChange(tx, actor, {
      action: 'email.request-change',
      thing: { type: 'account', id: person.id },
      detail: { email },
    });
    return createLink(tx, 'email-change', person.id, email);
  });
  const t = translator(person.language);
  const link = `${baseUrl}/profile/email/confirmation?token=${token}`;
  try {
    await sendMail({
      to: email,
      subject: t('mail.email.subject'),
      text: t('mail.email.text', { name: person.firstName, link }),
    });
  } catch (cause) {
    throw new AppError('unavailable', [{ code: 'PMP-ML-001', name: 'mail-not-sent' }], { cause });
  }
  return undefined;
}

/** The pending change behind a token, if the link still works. */
export function findEmailChange(db: Db, token: unknown): LinkRow | undefined {
  return findLink(db, 'email-change', token);
}

/**
 * Uses an e-mail link up. `link-dead`: it was used in the meantime; `email-taken`: somebody else has the address by now.
 * @throws AppError conflict, PMS_PMP_016, when the account was deactivated after asking
 */
export function confirmEmailChange(db: Db, token: string, address: string): 'done' | 'link-dead' | 'email-taken' {
  try {
    return transaction(db, (tx) => {
      const link = consumeLink(tx, 'email-change', token);
      const account = link?.accountId ? findAccount(tx, link.accountId) : undefined;
      if (!link?.email || account === undefined) return 'link-dead';
      if (isDeactivated(tx, account.id)) throw accountDeactivated();
      updateAccount(tx, account.id, { email: link.email, emailKey: accountKey(link.email) });
      endResetLinks(tx, account.id);
      const actor = { id: account.id, name: account.username, address };
      const detail = { before: account.email, email: link.email };
      recordChange(tx, actor, { action: 'email.change', thing: { type: 'account', id: account.id }, detail });
      return 'done';
    });
  } catch (error) {
    if (isUniqueViolation(error)) return 'email-taken';
    throw error;
  }
}

function accountDeactivated(): AppError {
  return new AppError('conflict', [{ code: 'PMS_PMP_016', name: 'partner-deactivated' }]);
}

/** The reason for an address that another account has. */
export function emailTaken(email: string): Reason {
  return { code: 'PMS_PRT_011', name: 'email-taken', data: { email }, field: 'email' };
}
