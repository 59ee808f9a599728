import { type Actor, recordChange } from '../../audit/index.ts';
import { type Db, type Queries, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Reason } from '../../lib/reasons.ts';
import { forgetCertificate } from '../../notifications/index.ts';
import { type CaRow, isRetired } from '../store.ts';
import { insertRetirement } from './store.ts';

/** What forbids retiring, if anything: it is retired already. One that has ended may be retired as well. */
export function retirementConflict(db: Queries, id: string): Reason | undefined {
  return isRetired(db, id) ? { code: 'PMP-TS-004', name: 'ca-already-retired' } : undefined;
}

/**
 * Retires a CA certificate: it stays in the list, and no path uses it from then on (rules 2), until it is uploaded again.
 * @throws AppError conflict when it is retired already
 */
export function retireCaCertificate(db: Db, actor: Actor & { id: string }, ca: CaRow, reason: string): void {
  transaction(db, (tx) => {
    const conflict = retirementConflict(tx, ca.id);
    if (conflict !== undefined) throw new AppError('conflict', [conflict]);
    insertRetirement(tx, { id: newId(), caCertificateId: ca.id, at: now(), by: actor.id, reason });
    forgetCertificate(tx, ca.id);
    recordChange(tx, actor, {
      action: 'ca-certificate.retire',
      thing: { type: 'ca-certificate', id: ca.id },
      detail: { domain: ca.domain, kind: ca.kind, subject: ca.subject, fingerprint: ca.fingerprint, reason },
    });
  });
}
