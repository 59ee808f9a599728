import type { FastifyRequest } from 'fastify';
import type { Db, Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { notFound } from '../lib/errors.ts';
import type { Reason } from '../lib/reasons.ts';
import { buildPath, type CaKind, type Certificate, type CertificatePath, readCertificate } from '../pki/index.ts';
import { type CaRow, findCaCertificate } from './store.ts';
import type { Trust } from './trust.ts';

/** What the pages and verbs of the trust store work with. */
export interface TrustStore {
  readonly db: Db;
  readonly trust: Trust;
  readonly timeZone: string;
}

/** The tab asked for; anything unknown is the roots. */
export function kindOf(type: unknown): CaKind {
  return type === 'intermediate' ? 'intermediate' : 'root';
}

export function statusOf(row: Pick<CaRow, 'notAfter'>): 'valid' | 'expired' {
  return row.notAfter < now() ? 'expired' : 'valid';
}

/**
 * The CA certificate that `:id` names.
 * @throws AppError not-found
 */
export function findCaOr404(db: Queries, request: FastifyRequest): CaRow {
  const row = findCaCertificate(db, (request.params as { id: string }).id);
  if (row === undefined) throw notFound();
  return row;
}

/** Its path to a root of its domain, or the candidate that came furthest and what is wrong with it; a root stands alone. */
export function pathOf(
  row: CaRow,
  certificate: Certificate,
  trust: Trust,
): { path: CertificatePath; faults: readonly Reason[] } {
  if (row.kind === 'root') return { path: { issuers: [], certificate }, faults: [] };
  const result = buildPath(certificate, trust.of(row.domain), now(), 'issuer');
  return result.ok ? { path: result.path, faults: [] } : { path: result.furthest, faults: [result.fault] };
}

/** A stored CA certificate, parsed. */
export function parseCa(row: Pick<CaRow, 'id' | 'der'>): Certificate {
  const read = readCertificate(row.der);
  if (!read.ok) throw new Error(`the CA certificate ${row.id} in the database cannot be read: ${read.fault.name}`);
  return read.value;
}
