import type { Partner } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { buildPath, type Certificate, readCertificate } from '../pki/index.ts';
import type { Trust } from '../trust-store/index.ts';
import { type CertificateRow, findCertificate, findMosipSigned } from './store.ts';

/** How a stored certificate stands today. */
export type Standing = 'valid' | 'expired' | 'untrusted';

/** A stored certificate, parsed. */
export function parseStored(row: { readonly id?: string; readonly der: Buffer }): Certificate {
  const read = readCertificate(row.der);
  if (!read.ok) throw new Error(`a certificate in the database cannot be read: ${read.fault.name}`);
  return read.value;
}

/** Whether a certificate is in date and still has its path. */
export function standingOf(trust: Trust, certificate: Certificate): Standing {
  if (certificate.notAfter < now()) return 'expired';
  return buildPath(certificate, trust.of('FTM'), now(), 'leaf').ok ? 'valid' : 'untrusted';
}

function standingOfRow(trust: Trust, row: Pick<CertificateRow, 'der' | 'notAfter'>): Standing {
  return row.notAfter < now() ? 'expired' : standingOf(trust, parseStored(row));
}

/**
 * Why a partner may not add chips or upload their certificates now, if so (rules 6): no partner certificate yet, its MOSIP-signed
 * certificate has ended, or it has lost its path. Always PMP_AUT_030, and the cure is another partner certificate.
 */
export function partnerObstacle(db: Queries, trust: Trust, partner: Partner): Reason | undefined {
  const row = partner.certificateId === null ? undefined : findCertificate(db, partner.certificateId);
  const signed = row && findMosipSigned(db, row.id);
  const cure = '/partner-certificate/new';
  if (row === undefined || signed === undefined)
    return { code: 'PMP_AUT_030', name: 'partner-certificate-missing', cure };
  if (signed.notAfter < now())
    return { code: 'PMP_AUT_030', name: 'mosip-signed-ended', data: { endedAt: signed.notAfter }, cure };
  if (standingOfRow(trust, row) !== 'valid')
    return { code: 'PMP_AUT_030', name: 'partner-certificate-untrusted', cure };
  return undefined;
}

/** @throws AppError conflict when there is an obstacle */
export function requireUsablePartner(db: Queries, trust: Trust, partner: Partner): void {
  const obstacle = partnerObstacle(db, trust, partner);
  if (obstacle !== undefined) throw new AppError('conflict', [obstacle]);
}
