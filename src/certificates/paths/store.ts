import { and, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { type Db, insertOnce, type Queries, schema } from '../../db/index.ts';
import { type ListQuery, type Page, pageWithin } from '../../lib/paging.ts';
import type { CertificateRow } from '../store.ts';

const { accounts, certificatePaths, certificates, chips, partners } = schema;

const insertStep = insertOnce(certificatePaths);

/** Writes down by which CA certificates a new certificate was found trusted. */
export function insertPath(db: Queries, certificateId: string, caIds: readonly string[]): void {
  for (const caCertificateId of caIds) insertStep(db, { certificateId, caCertificateId });
}

/** The same, instead of what stood there before. */
export function replacePath(db: Queries, certificateId: string, caIds: readonly string[]): void {
  db.delete(certificatePaths).where(eq(certificatePaths.certificateId, certificateId)).run();
  insertPath(db, certificateId, caIds);
}

/** Of a row of certificates: somebody works with it. It is the newest of an active partner, or of a chip that is pending or approved. */
const isCurrent = sql`CASE WHEN certificates.chip_id IS NULL
  THEN EXISTS (SELECT 1 FROM partners p JOIN person_list l ON l.account_id = p.account_id
    WHERE p.account_id = certificates.partner_id AND p.certificate_id = certificates.id AND l.status = 'active')
  ELSE EXISTS (SELECT 1 FROM chips h WHERE h.id = certificates.chip_id AND h.certificate_id = certificates.id AND h.status IN ('pending_approval', 'approved')) END`;

/**
 * Of those, the ids of the ones that are in date and have lost their path: its CA certificates are retired or have ended, or none was
 * ever found. Some may come twice. For `IN (…)`, right after `PathIndex.refresh`.
 * @param partnerId of this partner alone
 */
export function lostPath(at: number, partnerId?: string): SQL {
  return partnerId === undefined ? lostOfAll(at) : lostOfPartner(at, partnerId);
}

/** Begins with the CA certificates that are of no use: what depends on them is found by index, and the rest is never looked at. */
function lostOfAll(at: number): SQL {
  return sql`SELECT certificates.id FROM certificate_paths x JOIN certificates ON certificates.id = x.certificate_id
      WHERE x.ca_certificate_id IN (SELECT ca_certificate_id FROM ca_list WHERE retired = 1
        UNION ALL SELECT ca_certificate_id FROM ca_list WHERE retired = 0 AND not_after < ${at})
      AND certificates.not_after >= ${at} AND ${isCurrent}
    UNION ALL SELECT certificates.id FROM chip_list l JOIN chips h ON h.id = l.chip_id JOIN certificates ON certificates.id = h.certificate_id
      WHERE l.pathless = 1 AND certificates.not_after >= ${at} AND ${isCurrent}
    UNION ALL SELECT certificates.id FROM person_list l JOIN partners p ON p.account_id = l.account_id JOIN certificates ON certificates.id = p.certificate_id
      WHERE l.pathless = 1 AND certificates.not_after >= ${at} AND ${isCurrent}`;
}

function lostOfPartner(at: number, partnerId: string): SQL {
  return sql`SELECT certificates.id FROM certificates
    WHERE certificates.partner_id = ${partnerId} AND certificates.not_after >= ${at} AND ${isCurrent} AND (
      NOT EXISTS (SELECT 1 FROM certificate_paths x WHERE x.certificate_id = certificates.id)
      OR EXISTS (SELECT 1 FROM certificate_paths x JOIN ca_list l ON l.ca_certificate_id = x.ca_certificate_id
        WHERE x.certificate_id = certificates.id AND (l.retired = 1 OR l.not_after < ${at})))`;
}

/** The CA certificates by which each of some certificates was last found trusted, by id; of those that never were there is nothing. */
export function stepsFinder(db: Db): (ids: readonly string[]) => ReadonlyMap<string, readonly string[]> {
  const { certificateId, caCertificateId } = certificatePaths;
  const steps = db
    .select({ certificateId, caCertificateId })
    .from(certificatePaths)
    .where(sql`${certificateId} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`)
    .prepare();
  return (ids) => {
    const found = Map.groupBy(steps.all({ ids: JSON.stringify(ids) }), (step) => step.certificateId);
    return new Map([...found].map(([id, list]) => [id, list.map((step) => step.caCertificateId)]));
  };
}

export function listLost(db: Queries, at: number, partnerId?: string): string[] {
  return [...new Set(db.all<{ id: string }>(lostPath(at, partnerId)).map((row) => row.id))];
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
const dependsOn = (caId: string) => and(eq(certificatePaths.caCertificateId, caId), isCurrent);

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
export interface DependentRow extends Pick<CertificateRow, 'id' | 'chipId' | 'partnerId' | 'notAfter'> {
  readonly username: string;
  readonly organization: string;
  readonly make: string | null;
  readonly model: string | null;
}

/** One page of them: those of partners first, then those of chips, the newest first. */
export function listDependents(db: Queries, caId: string, page: Pick<ListQuery, 'page' | 'size'>): Page<DependentRow> {
  const { id, chipId, partnerId, notAfter } = certificates;
  const { username } = accounts;
  const { make, model } = chips;
  const counted = db
    .select({ total: count() })
    .from(certificatePaths)
    .innerJoin(certificates, eq(id, certificatePaths.certificateId))
    .where(dependsOn(caId))
    .get();
  const total = counted?.total ?? 0;
  const rows = db
    .select({ id, chipId, partnerId, notAfter, username, organization: partners.organization, make, model })
    .from(certificatePaths)
    .innerJoin(certificates, eq(id, certificatePaths.certificateId))
    .innerJoin(partners, eq(partners.accountId, partnerId))
    .innerJoin(accounts, eq(accounts.id, partnerId))
    .leftJoin(chips, eq(chips.id, chipId))
    .where(dependsOn(caId))
    .orderBy(sql`${chipId} IS NOT NULL`, desc(certificates.uploadedAt), desc(id))
    .limit(page.size)
    .offset((pageWithin(page, total) - 1) * page.size)
    .all();
  return { rows, total };
}
