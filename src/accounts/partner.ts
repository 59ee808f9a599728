import type { Queries } from '../db/index.ts';
import { AppError } from '../lib/errors.ts';
import { partnerAccount, setPartnerCertificate } from './store.ts';

/** What other features need to know of a partner. */
export interface Partner {
  readonly id: string;
  /** The username, which is the partner ID. */
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** As registered: what certificates are compared with. */
  readonly organization: string;
  readonly address: string;
  readonly phone: string;
  readonly registeredAt: number;
  readonly deactivated: boolean;
  readonly certificateId: string | null;
}

/** A partner by id. */
export function findPartnerById(db: Queries, id: string): Partner | undefined {
  const row = partnerAccount(db).get({ id });
  if (row === undefined) return undefined;
  const { firstName, lastName, createdAt, deactivatedAt, ...same } = row;
  return {
    id,
    ...same,
    name: `${firstName} ${lastName}`,
    registeredAt: createdAt,
    deactivated: deactivatedAt !== null,
  };
}

/**
 * The partner of a change, read inside its transaction.
 * @throws AppError conflict, PMS_PMP_016, when an admin deactivated it in the meantime
 */
export function getActivePartner(tx: Queries, id: string): Partner {
  const partner = findPartnerById(tx, id);
  if (partner === undefined) throw new Error(`account ${id} is no partner`);
  if (partner.deactivated) throw new AppError('conflict', [{ code: 'PMS_PMP_016', name: 'partner-deactivated' }]);
  return partner;
}

/** Makes a certificate the current one of its partner. */
export function makeCurrent(tx: Queries, partnerId: string, certificateId: string): void {
  setPartnerCertificate(tx, partnerId, certificateId);
}
