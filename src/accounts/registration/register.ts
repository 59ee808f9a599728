import * as z from 'zod';
import { type Actor, recordChange } from '../../audit/index.ts';
import { type Db, isUniqueViolation, transaction } from '../../db/index.ts';
import { choice } from '../../http/forms.ts';
import { now } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import * as fields from '../fields.ts';
import { hashPassword } from '../password.ts';
import { findAccountByEmail, findAccountByUsername, insertAccount, insertPartner } from '../store.ts';

/** The registration form of a partner (rules 7). */
export const registrationForm = z.object({
  partnerType: choice(['FTM_PROVIDER']),
  firstName: fields.firstName,
  lastName: fields.lastName,
  organization: fields.organization,
  address: fields.address,
  phone: fields.phone,
  email: fields.email,
  username: fields.username,
  password: fields.password,
  confirmPassword: fields.password,
  language: fields.language,
});
export type Registration = z.output<typeof registrationForm>;

export type Created =
  | { readonly ok: true; readonly accountId: string }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** Creates a partner's account. Refuses an e-mail (PMS_PRT_011) or username (PMS_PRT_051) that exists, also of a deactivated account. */
export async function registerPartner(db: Db, registration: Registration, address: string): Promise<Created> {
  const passwordHash = await hashPassword(registration.password);
  return createAccount(
    db,
    () => {
      const accountId = newId();
      transaction(db, (tx) => {
        insertAccount(tx, accountRow(accountId, 'FTM_PROVIDER', registration, registration.language, passwordHash));
        insertPartner(tx, {
          accountId,
          partnerType: registration.partnerType,
          organization: registration.organization,
          address: registration.address,
          phone: registration.phone,
        });
        const actor: Actor = { id: accountId, name: registration.username, address };
        recordChange(tx, actor, { action: 'partner.register', thing: { type: 'partner', id: accountId } });
      });
      return accountId;
    },
    registration,
  );
}

/** The row of a new account. */
export function accountRow(
  id: string,
  role: 'FTM_PROVIDER' | 'PARTNER_ADMIN',
  names: { firstName: string; lastName: string; email: string; username: string },
  language: 'en' | 'fr' | 'ar',
  passwordHash: string,
) {
  return {
    id,
    role,
    username: names.username,
    usernameKey: fields.accountKey(names.username),
    email: names.email,
    emailKey: fields.accountKey(names.email),
    firstName: names.firstName,
    lastName: names.lastName,
    language,
    passwordHash,
    createdAt: now(),
  };
}

/** Runs an insertion; where e-mail or username exist already (the database's own uniqueness decides), says which. */
export function createAccount(db: Db, insert: () => string, names: { email: string; username: string }): Created {
  try {
    const reasons = takenReasons(db, names);
    return reasons.length > 0 ? { ok: false, reasons } : { ok: true, accountId: insert() };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return { ok: false, reasons: takenReasons(db, names) };
  }
}

function takenReasons(db: Db, { email, username }: { email: string; username: string }): Reason[] {
  const reasons: Reason[] = [];
  if (findAccountByEmail(db, fields.accountKey(email))) {
    reasons.push({ code: 'PMS_PRT_011', name: 'email-taken', data: { email }, field: 'email' });
  }
  if (findAccountByUsername(db, fields.accountKey(username))) {
    reasons.push({ code: 'PMS_PRT_051', name: 'username-taken', data: { username }, field: 'username' });
  }
  return reasons;
}
