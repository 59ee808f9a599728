import type { FastifyBaseLogger } from 'fastify';
import { type Actor, recordChange } from '../../audit/index.ts';
import { type Db, deleteSessionsOf, transaction } from '../../db/index.ts';
import { translator } from '../../i18n/index.ts';
import type { SendMail } from '../../mail/index.ts';
import { accountKey } from '../fields.ts';
import { consumeLink, createLink, findLink } from '../links.ts';
import { hashPassword } from '../password.ts';
import {
  type AccountRow,
  findAccount,
  findAccountByEmail,
  findAccountByUsername,
  isDeactivated,
  updateAccount,
} from '../store.ts';

export interface ResetRequest {
  readonly email: string;
  /** Where the request came from, for the trail. */
  readonly address: string;
  /** Origin of the link. */
  readonly baseUrl: string;
}

/**
 * Sends the link for a new password, where the address belongs to an account that may sign in. The caller answers the same in every
 * case and does not wait for the mail, so that neither wording nor time tells which addresses are known (rules 7). Never
 * rejects: what goes wrong is logged.
 */
export async function sendResetLink(
  db: Db,
  sendMail: SendMail,
  log: Pick<FastifyBaseLogger, 'error'>,
  request: ResetRequest,
): Promise<void> {
  try {
    await send(db, sendMail, request);
  } catch (error) {
    log.error({ err: error }, 'the mail with the link for a new password was not sent');
  }
}

async function send(db: Db, sendMail: SendMail, request: ResetRequest): Promise<void> {
  const account = findAccountByEmail(db, accountKey(request.email));
  if (account === undefined || !maySignIn(db, account)) return;
  const token = linkFor(db, account, actor(account, request.address));
  const t = translator(account.language);
  const link = `${request.baseUrl}/reset-password?token=${token}`;
  await sendMail({
    to: account.email,
    subject: t('mail.reset.subject'),
    text: t('mail.reset.text', { name: account.firstName, username: account.username, link }),
  });
}

/** A deactivated partner still signs in, to read; a deactivated admin does not. */
function maySignIn(db: Db, account: AccountRow): boolean {
  return account.role !== 'PARTNER_ADMIN' || !isDeactivated(db, account.id);
}

function linkFor(db: Db, account: AccountRow, by: Actor): string {
  return transaction(db, (tx) => {
    recordChange(tx, by, { action: 'password.request-link', thing: { type: 'account', id: account.id } });
    return createLink(tx, 'password-reset', account.id);
  });
}

/**
 * A token for a new password, handed out by the operator of the machine.
 * @param name username or e-mail address
 * @returns undefined when no account that may sign in has this name
 */
export function createResetToken(db: Db, name: string, by: Actor): string | undefined {
  const key = accountKey(name);
  const account = findAccountByUsername(db, key) ?? findAccountByEmail(db, key);
  return account === undefined || !maySignIn(db, account) ? undefined : linkFor(db, account, by);
}

/** The account a link for a new password belongs to; undefined: the link is dead (PMP-AU-004). */
export function resetAccount(db: Db, token: unknown): AccountRow | undefined {
  const link = findLink(db, 'password-reset', token);
  return link?.accountId ? findAccount(db, link.accountId) : undefined;
}

/** Sets a new password, ends all sessions of the account and uses the link up. False when the link was used in the meantime. */
export async function resetPassword(
  db: Db,
  token: string,
  account: AccountRow,
  password: string,
  address: string,
): Promise<boolean> {
  const passwordHash = await hashPassword(password);
  return transaction(db, (tx) => {
    if (consumeLink(tx, 'password-reset', token) === undefined) return false;
    updateAccount(tx, account.id, { passwordHash });
    deleteSessionsOf(tx, account.id);
    recordChange(tx, actor(account, address), { action: 'password.reset', thing: { type: 'account', id: account.id } });
    return true;
  });
}

const actor = (account: AccountRow, address: string): Actor => ({ id: account.id, name: account.username, address });
