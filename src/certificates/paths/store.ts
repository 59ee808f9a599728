import { and, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';
import type { Page } from '../../lib/paging.ts';
import type { CertificateRow } from '../store.ts';

const { accounts, certificatePaths, certificates, chips, partners } = schema;

/** Writes down by which CA certificates a certificate was found trusted, instead of what stood there before. */
export function replacePath(db: Queries, certificateId: string, caIds: readonly string[]): void {
  db.delete(certificatePaths).where(eq(certificatePaths.certificateId, certificateId)).run();
  const rows = caIds.map((caCertificateId) => ({ certificateId, caCertificateId }));
  db.insert(certificatePaths).values(rows).run();
}

/**
 * The certificates that somebody works with: the newest of every active partner, and of every chip that is pending or approved.
 * @param partnerId of this partner alone
 */
function current(partnerId?: string): SQL {
  const [ofPartner, ofChip] =
    partnerId === undefined
      ? [sql``, sql``]
      : [sql`AND p.account_id = ${partnerId}`, sql`AND partner_id = ${partnerId}`];
  return sql`SELECT p.certificate_id AS id FROM partners p
    WHERE p.certificate_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account_deactivations d WHERE d.account_id = p.account_id) ${ofPartner}
  UNION ALL SELECT certificate_id FROM chips WHERE status IN ('pending_approval', 'approved') ${ofChip}`;
}

/**
 * Of those, the ids of the ones that are in date and have lost their path: its CA certificates are retired or have ended, or none was
 * ever found. For `IN (…)`, right after `PathIndex.refresh`.
 */
export function lostPath(at: number, partnerId?: string): SQL {
  const useless = sql`SELECT id FROM ca_certificates WHERE not_after < ${at}
    UNION SELECT r.ca_certificate_id FROM ca_retirements r LEFT JOIN ca_reinstatements i ON i.retirement_id = r.id WHERE i.retirement_id IS NULL`;
  return sql`SELECT x.id FROM (${current(partnerId)}) x JOIN certificates c ON c.id = x.id
    WHERE c.not_after >= ${at} AND (
      NOT EXISTS (SELECT 1 FROM certificate_paths p WHERE p.certificate_id = x.id)
      OR EXISTS (SELECT 1 FROM certificate_paths p WHERE p.certificate_id = x.id AND p.ca_certificate_id IN (${useless})))`;
}

export function listLost(db: Queries, at: number, partnerId?: string): string[] {
  return db.all<{ id: string }>(lostPath(at, partnerId)).map((row) => row.id);
}

/** How many certificates of partners and of chips. */
export interface CertificateCount {
  readonly partners: number;
  readonly chips: number;
}

export function countLost(db: Queries, at: number): CertificateCount {
  const row = db
    .select({
      partners: sql<number>`coalesce(sum(${certificates.chipId} IS NULL), 0)`,
      chips: sql<number>`count(${certificates.chipId})`,
    })
    .from(certificates)
    .where(sql`${certificates.id} IN (${lostPath(at)})`)
    .get();
  return row ?? { partners: 0, chips: 0 };
}

/** The current certificates whose path, as last found, uses a CA certificate. */
const dependsOn = (caId: string) =>
  and(eq(certificatePaths.caCertificateId, caId), sql`${certificatePaths.certificateId} IN (${current()})`);

/** Those of them that have this path still. */
export function listHanging(db: Queries, caId: string, at: number): Pick<CertificateRow, 'id' | 'chipId'>[] {
  return db
    .select({ id: certificates.id, chipId: certificates.chipId })
    .from(certificatePaths)
    .innerJoin(certificates, eq(certificates.id, certificatePaths.certificateId))
    .where(
      and(dependsOn(caId), sql`${certificates.notAfter} >= ${at}`, sql`${certificates.id} NOT IN (${lostPath(at)})`),
    )
    .all();
}

/** A certificate that depends on a CA certificate, and whose it is. */
export interface DependentRow extends Pick<CertificateRow, 'id' | 'chipId' | 'partnerId' | 'der' | 'notAfter'> {
  readonly username: string;
  readonly organization: string;
  readonly make: string | null;
  readonly model: string | null;
}

/** One page of them: those of partners first, then those of chips, the newest first. */
export function listDependents(
  db: Queries,
  caId: string,
  { page, size }: { readonly page: number; readonly size: number },
): Page<DependentRow> {
  const { id, chipId, partnerId, der, notAfter } = certificates;
  const { username } = accounts;
  const { make, model } = chips;
  const rows = db
    .select({ id, chipId, partnerId, der, notAfter, username, organization: partners.organization, make, model })
    .from(certificatePaths)
    .innerJoin(certificates, eq(id, certificatePaths.certificateId))
    .innerJoin(partners, eq(partners.accountId, partnerId))
    .innerJoin(accounts, eq(accounts.id, partnerId))
    .leftJoin(chips, eq(chips.id, chipId))
    .where(dependsOn(caId))
    .orderBy(sql`${chipId} IS NOT NULL`, desc(certificates.uploadedAt), desc(id))
    .limit(size)
    .offset((page - 1) * size)
    .all();
  const total = db.select({ total: count() }).from(certificatePaths).where(dependsOn(caId)).get()?.total ?? 0;
  return { rows, total };
}
