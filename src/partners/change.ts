import { findPartnerById, type Partner } from '../accounts/index.ts';
import { type Actor, recordChange } from '../audit/index.ts';
import { deactivateChipsOf } from '../chips/index.ts';
import { type Db, type Queries, transaction } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { tellPartnerDeactivated } from '../notifications/index.ts';
import { insertPartnerDeactivation, updateOrganization } from './store.ts';

/** What forbids correcting the organisation, if anything: a certificate was accepted for it, or the partner is deactivated (rules 7). */
export function organizationConflict(partner: Partner): Reason | undefined {
  if (partner.deactivated) return { code: 'PMS_PMP_016', name: 'partner-already-deactivated' };
  return partner.certificateId === null
    ? undefined
    : { code: 'PMP-PT-001', name: 'organization-fixed', data: { organization: partner.organization } };
}

/** What forbids deactivating, if anything. */
export function deactivationConflict(partner: Partner): Reason | undefined {
  return partner.deactivated ? { code: 'PMS_PMP_016', name: 'partner-already-deactivated' } : undefined;
}

/**
 * Corrects the registered organisation, with a reason.
 * @throws AppError conflict once a partner certificate was accepted
 */
export function correctOrganization(
  db: Db,
  actor: Actor,
  partnerId: string,
  { organization, reason }: { organization: string; reason: string },
): void {
  transaction(db, (tx) => {
    const partner = getPartner(tx, partnerId);
    refuse(organizationConflict(partner));
    updateOrganization(tx, partnerId, organization);
    const detail = { before: partner.organization, organization, reason };
    recordChange(tx, actor, {
      action: 'partner.correct-organization',
      thing: { type: 'partner', id: partnerId },
      detail,
    });
  });
}

/**
 * Deactivates a partner for good; all its chips that are not rejected become deactivated in the same transaction (rules 7).
 * @throws AppError conflict when it is deactivated already
 */
export function deactivatePartner(db: Db, actor: Actor & { id: string }, partnerId: string, reason: string): void {
  transaction(db, (tx) => {
    const partner = getPartner(tx, partnerId);
    refuse(deactivationConflict(partner));
    insertPartnerDeactivation(tx, { accountId: partnerId, at: now(), by: actor.id, reason });
    const chips = deactivateChipsOf(tx, actor, partnerId, reason);
    tellPartnerDeactivated(tx, partner, reason);
    recordChange(tx, actor, {
      action: 'partner.deactivate',
      thing: { type: 'partner', id: partnerId },
      detail: { reason, chips },
    });
  });
}

function getPartner(tx: Queries, id: string): Partner {
  const partner = findPartnerById(tx, id);
  if (partner === undefined) throw new Error(`partner ${id} has vanished`);
  return partner;
}

function refuse(reason: Reason | undefined): void {
  if (reason !== undefined) throw new AppError('conflict', [reason]);
}
