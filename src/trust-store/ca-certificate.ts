import type { FastifyRequest } from 'fastify';
import type { Db, Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { notFound } from '../lib/errors.ts';
import type { Page } from '../lib/paging.ts';
import type { Reason } from '../lib/reasons.ts';
import {
  buildPath,
  type CaKind,
  type Certificate,
  type CertificatePath,
  type TrustedCertificates,
} from '../pki/index.ts';
import { type CaRow, findCaCertificate, type ListedCa } from './store.ts';
import type { Trust } from './trust.ts';

/** What the pages and verbs of the trust store work with. */
export interface TrustStore {
  readonly db: Db;
  readonly trust: Trust;
  readonly dependents: Dependents;
  readonly timeZone: string;
}

/** A partner's or (with a make and model) a chip's certificate that depends on a CA certificate, and whose it is. */
export interface Dependent {
  readonly id: string;
  readonly chipId: string | null;
  readonly partnerId: string;
  readonly username: string;
  readonly organization: string;
  readonly make: string | null;
  readonly model: string | null;
  readonly notAfter: number;
  readonly standing: 'valid' | 'expired' | 'untrusted';
}

/** What hangs on the trust store. The features that know it are built upon this one, so it is handed in. */
export interface Dependents {
  /** How many certificates of partners and chips have a path now, but would have none without a CA certificate. */
  countLostWithout(caId: string): Promise<{ readonly partners: number; readonly chips: number }>;
  /** Those whose path uses a CA certificate, or used it before it was lost. */
  dependentsOf(caId: string, page: { readonly page: number; readonly size: number }): Promise<Page<Dependent>>;
}

/** The tab asked for; anything unknown is the roots. */
export function kindOf(type: unknown): CaKind {
  return type === 'intermediate' ? 'intermediate' : 'root';
}

export type CaStatus = 'retired' | 'expired' | 'untrusted' | 'valid';

/** How a CA certificate stands: an intermediate that has lost its path to a root is untrusted. */
export function statusOf(
  row: Pick<ListedCa, 'id' | 'domain' | 'kind' | 'notAfter' | 'retired'>,
  trust: Trust,
): CaStatus {
  if (row.retired) return 'retired';
  if (row.notAfter < now()) return 'expired';
  if (row.kind === 'root') return 'valid';
  const known = trust.byId(row.domain).get(row.id);
  return known !== undefined && hasPath(known.certificate, trust.of(row.domain)) ? 'valid' : 'untrusted';
}

/** Whether a CA certificate has a path to a root now, as an issuer. */
export function hasPath(certificate: Certificate, trusted: TrustedCertificates): boolean {
  return buildPath(certificate, trusted, now(), 'issuer').ok;
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
