import * as z from 'zod';
import { type Actor, recordChange, SYSTEM } from '../../audit/index.ts';
import { type Db, transaction } from '../../db/index.ts';
import { parseForm } from '../../http/forms.ts';
import type { Language } from '../../i18n/index.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import * as fields from '../fields.ts';
import { consumeLink, createLink } from '../links.ts';
import { hashPassword } from '../password.ts';
import { accountRow, type Created, createAccount } from '../registration/register.ts';
import { hasActiveAdmin, insertAccount } from '../store.ts';

/** The form of the first admin, and of every further one. */
export const adminForm = z.object({
  firstName: fields.firstName,
  lastName: fields.lastName,
  email: fields.email,
  username: fields.username,
  password: fields.password,
  confirmPassword: fields.password,
});
export interface NewAdmin extends Omit<z.output<typeof adminForm>, 'confirmPassword'> {
  /** The language of the page on which the account was made; absent: English. */
  readonly language?: Language;
}

/** The reasons that compare fields of the form. */
export const adminReasons = fields.newAccountReasons;

/** A new token for the set-up link while there is no admin; earlier ones stop working. Undefined once there is an admin. */
export function createSetupToken(db: Db): string | undefined {
  return transaction(db, (tx) => (hasActiveAdmin(tx) ? undefined : createLink(tx, 'setup', null)));
}

export type SetUp = Created | { readonly ok: false; readonly reasons: 'link-dead' };

/** Creates the first admin with a set-up link. Two links, or one twice at the same time, make one admin: the other finds its link dead. */
export async function setUpFirstAdmin(db: Db, token: string, admin: NewAdmin, address: string): Promise<SetUp> {
  const passwordHash = await hashPassword(admin.password);
  const actor = { id: null, name: admin.username, address };
  try {
    return createAccount(
      db,
      () =>
        transaction(db, (tx) => {
          if (hasActiveAdmin(tx) || consumeLink(tx, 'setup', token) === undefined) throw new LinkDead();
          return insertAdmin(tx, admin, passwordHash, actor);
        }),
      admin,
    );
  } catch (error) {
    if (error instanceof LinkDead) return { ok: false, reasons: 'link-dead' };
    throw error;
  }
}

class LinkDead extends Error {}

/** Inserts an admin's account, inside a transaction. Returns its id. */
export function insertAdmin(
  tx: Parameters<typeof insertAccount>[0],
  admin: NewAdmin,
  passwordHash: string,
  actor: Actor,
): string {
  const id = newId();
  insertAccount(tx, accountRow(id, 'PARTNER_ADMIN', admin, admin.language ?? 'en', passwordHash));
  recordChange(tx, actor, {
    action: 'admin.create',
    thing: { type: 'account', id },
    detail: { username: admin.username },
  });
  return id;
}

/** Creates a further admin. */
export async function createAdmin(db: Db, admin: NewAdmin, actor: Actor): Promise<Created> {
  const passwordHash = await hashPassword(admin.password);
  return createAccount(db, () => transaction(db, (tx) => insertAdmin(tx, admin, passwordHash, actor)), admin);
}

/**
 * Creates the first admin from the environment (PMP_ADMIN_*), while there is none.
 * @returns the reasons when the values break the rules of accounts; undefined when done or not needed
 */
export async function createFirstAdmin(
  db: Db,
  given: { email: string; username: string; password: string },
): Promise<readonly Reason[] | undefined> {
  return hasActiveAdmin(db) ? undefined : addAdmin(db, given);
}

/**
 * Creates an admin for the operator of the machine, by the rules of the form.
 * @returns the reasons when the values break the rules of accounts; undefined when done
 */
export async function addAdmin(
  db: Db,
  given: { email: string; username: string; password: string; firstName?: string; lastName?: string },
): Promise<readonly Reason[] | undefined> {
  const body = { firstName: given.username, lastName: 'Admin', ...given, confirmPassword: given.password };
  const form = parseForm(adminForm, body, adminReasons);
  if (!form.ok) return form.reasons;
  const created = await createAdmin(db, form.value, SYSTEM);
  return created.ok ? undefined : created.reasons;
}
