import { createAdmin, type NewAdmin } from '../accounts/index.ts';
import { type Actor, recordChange } from '../audit/index.ts';
import { type Db, deleteSessionsOf, type Queries, transaction } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { type Admin, countActiveAdmins, findAdmin, insertAdminDeactivation } from './store.ts';

/** Adds an admin (rules 7). */
export function addAdmin(db: Db, actor: Actor, admin: NewAdmin) {
  return createAdmin(db, admin, actor);
}

/** What forbids deactivating an admin, if anything: it is done already, or nobody would be left. */
export function deactivationConflict(db: Queries, admin: Admin): Reason | undefined {
  if (admin.deactivatedAt !== null) return { code: 'PMP-AD-001', name: 'admin-already-deactivated' };
  return countActiveAdmins(db) <= 1 ? { code: 'PMP-AD-002', name: 'last-admin' } : undefined;
}

/**
 * Deactivates an admin for good, and ends its sessions.
 * @throws AppError conflict for the last active one, also when two are deactivated at the same time
 */
export function deactivateAdmin(db: Db, actor: Actor & { id: string }, adminId: string, reason: string): void {
  transaction(db, (tx) => {
    const admin = findAdmin(tx, adminId);
    if (admin === undefined) throw new Error(`admin ${adminId} has vanished`);
    const conflict = deactivationConflict(tx, admin);
    if (conflict !== undefined) throw new AppError('conflict', [conflict]);
    insertAdminDeactivation(tx, { accountId: adminId, at: now(), by: actor.id, reason });
    deleteSessionsOf(tx, adminId);
    recordChange(tx, actor, {
      action: 'admin.deactivate',
      thing: { type: 'account', id: adminId },
      detail: { username: admin.username, reason },
    });
  });
}
