import { recordRefusal } from '../../audit/index.ts';
import type { Db } from '../../db/index.ts';
import { accountKey } from '../fields.ts';
import { hashPassword, isOutdated, verifyPassword } from '../password.ts';
import {
  type AccountRow,
  findAccount,
  findAccountByEmail,
  findAccountByUsername,
  isDeactivated,
  updateAccount,
} from '../store.ts';
import { noteAttempt, noteSuccess, refuseWhileSlowed } from './throttle.ts';

/**
 * Checks who signs in, by e-mail or username. Every failure looks the same and takes the same time: unknown name, wrong password,
 * deactivated admin. A deactivated partner may sign in, to read.
 * @param slow whether failures slow down (PMP_RATE_LIMIT other than 0)
 * @returns the account, or undefined (PMP-AU-001)
 * @throws AppError too-many while the account or the address is slowed down
 */
export async function signIn(
  db: Db,
  { identifier, password }: { identifier: string; password: string },
  address: string,
  slow: boolean,
): Promise<AccountRow | undefined> {
  const key = accountKey(identifier.slice(0, 254));
  const account = key.includes('@') ? findAccountByEmail(db, key) : findAccountByUsername(db, key);
  const attempt = { account: account?.id ?? key, address };
  if (slow) refuseWhileSlowed(db, attempt);
  const { accountFirst, addressFirst } = noteAttempt(db, attempt);
  const matches = await verifyPassword(account?.passwordHash, password.slice(0, 1024));
  const renewed = matches && account && isOutdated(account.passwordHash) ? await hashPassword(password) : undefined;
  // From here on nothing waits: a password that was changed meanwhile, or an admin who was deactivated, does not get in any more.
  if (account !== undefined && matches && maySignIn(db, account)) {
    if (renewed !== undefined) updateAccount(db, account.id, { passwordHash: renewed });
    noteSuccess(db, attempt);
    return account;
  }
  // One row per account, and per address, in 15 minutes (rules 8); names that do not exist are only counted by the address.
  if (addressFirst || (accountFirst && account !== undefined)) {
    const actor = { id: null, name: identifier.slice(0, 64), address };
    recordRefusal(
      db,
      actor,
      { action: 'session.start', ...(account ? { thing: { type: 'account', id: account.id } } : {}) },
      ['PMP-AU-001'],
    );
  }
  return undefined;
}

/** Whether an account is still as it was when its password was looked at. */
function maySignIn(db: Db, { id, role, passwordHash }: AccountRow): boolean {
  return findAccount(db, id)?.passwordHash === passwordHash && !(role === 'PARTNER_ADMIN' && isDeactivated(db, id));
}
