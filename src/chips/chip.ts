import type { FastifyRequest } from 'fastify';
import type { PathIndex } from '../certificates/index.ts';
import type { Db, Queries } from '../db/index.ts';
import { personOf } from '../http/access.ts';
import { AppError, notFound } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Trust } from '../trust-store/index.ts';
import { type ChipRow, findChip, findChipOf } from './store.ts';

/** What the pages and verbs of chips work with. */
export interface Chips {
  readonly db: Db;
  readonly trust: Trust;
  readonly paths: PathIndex;
  readonly timeZone: string;
}

/**
 * The chip that `:id` names, loaded through what the person may see.
 * @throws AppError not-found for an unknown one and for somebody else's
 */
export function findChipOr404(db: Queries, request: FastifyRequest): ChipRow {
  const { id } = request.params as { id: string };
  const person = personOf(request);
  const chip = person.role === 'PARTNER_ADMIN' ? findChip(db, id) : findChipOf(db, person.id, id);
  if (chip === undefined) throw notFound();
  return chip;
}

/** A chip that is surely there: read again inside a transaction. */
export function getChip(tx: Queries, id: string): ChipRow {
  const chip = findChip(tx, id);
  if (chip === undefined) throw new Error(`chip ${id} has vanished`);
  return chip;
}

/** A state that forbids an action (409). */
export class StateConflict extends AppError {
  constructor(reason: Reason) {
    super('conflict', [reason]);
  }
}

/** What forbids uploading a certificate now, if anything (rules 6). */
export function uploadConflict(chip: ChipRow): Reason | undefined {
  if (chip.status === 'pending_cert_upload' || chip.status === 'approved') return undefined;
  if (chip.status === 'deactivated') return { code: 'PMP_AUT_039', name: 'chip-deactivated' };
  return { code: 'PMP_AUT_038', name: chip.status === 'rejected' ? 'chip-rejected' : 'chip-waits-for-decision' };
}

/** What forbids a decision about a certificate, if anything: no certificate yet, another one by now, decided already. */
export function decisionConflict(chip: ChipRow, certificateId: string | undefined): Reason | undefined {
  if (chip.status === 'pending_cert_upload') return { code: 'PMP_AUT_033', name: 'chip-without-certificate' };
  if (chip.status === 'deactivated') return { code: 'PMP_AUT_039', name: 'chip-deactivated' };
  if (chip.status !== 'pending_approval') return { code: 'PMP-CH-002', name: `chip-already-${chip.status}` };
  if (certificateId !== undefined && certificateId !== chip.certificateId)
    return { code: 'PMP-CH-002', name: 'decision-stale' };
  return undefined;
}

/** What forbids deactivating, if anything. */
export function deactivationConflict(chip: ChipRow): Reason | undefined {
  if (chip.status === 'approved') return undefined;
  if (chip.status === 'deactivated') return { code: 'PMS_FTM_ERROR_007', name: 'chip-already-deactivated' };
  return { code: 'PMS_FTM_ERROR_010', name: 'chip-not-approved' };
}

/** @throws StateConflict when there is a reason */
export function refuseConflict(reason: Reason | undefined): void {
  if (reason !== undefined) throw new StateConflict(reason);
}
