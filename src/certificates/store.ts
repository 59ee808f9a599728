import { and, desc, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import { givenText, insertOnce, preparedOnce, type Queries, schema } from '../db/index.ts';

const { accounts, certificates, chips, mosipSignedCertificates, partners } = schema;

export type CertificateRow = typeof certificates.$inferSelect;
export type MosipSignedRow = typeof mosipSignedCertificates.$inferSelect;

export const insertCertificate = insertOnce(certificates);
export const insertMosipSigned = insertOnce(mosipSignedCertificates);

export function findCertificate(db: Queries, id: string): CertificateRow | undefined {
  return certificateById(db).get({ id });
}

const certificateById = preparedOnce((db) =>
  db
    .select()
    .from(certificates)
    .where(eq(certificates.id, sql.placeholder('id')))
    .prepare(),
);

/** A certificate of one partner; another partner's is as unknown as none. */
export function findCertificateOf(db: Queries, partnerId: string, id: string): CertificateRow | undefined {
  return db
    .select()
    .from(certificates)
    .where(and(eq(certificates.id, id), eq(certificates.partnerId, partnerId)))
    .get();
}

export function findMosipSigned(db: Queries, certificateId: string): MosipSignedRow | undefined {
  return db
    .select()
    .from(mosipSignedCertificates)
    .where(eq(mosipSignedCertificates.certificateId, certificateId))
    .get();
}

/** Every partner certificate of a partner, newest first. */
export function listPartnerCertificates(db: Queries, partnerId: string): CertificateRow[] {
  return db
    .select()
    .from(certificates)
    .where(and(eq(certificates.partnerId, partnerId), isNull(certificates.chipId)))
    .orderBy(desc(certificates.uploadedAt), desc(sql`rowid`))
    .all();
}

/** Every certificate of a chip, newest first. */
export function listChipCertificates(db: Queries, chipId: string): CertificateRow[] {
  return db
    .select()
    .from(certificates)
    .where(eq(certificates.chipId, chipId))
    .orderBy(desc(certificates.uploadedAt), desc(sql`rowid`))
    .all();
}

/** A key is that of a partner certificate of this partner, current or earlier. */
export function isPartnerKey(db: Queries, partnerId: string, keyFingerprint: string): boolean {
  return partnerWithKey(db).get({ partnerId, keyFingerprint }) !== undefined;
}

const partnerWithKey = preparedOnce((db) =>
  db
    .select({ id: certificates.id })
    .from(certificates)
    .where(
      and(
        eq(certificates.keyFingerprint, sql.placeholder('keyFingerprint')),
        eq(certificates.partnerId, sql.placeholder('partnerId')),
        isNull(certificates.chipId),
      ),
    )
    .prepare(),
);

/**
 * A key is that of another chip, of any provider, that is pending or approved. What has the key is looked for first: there are many chips,
 * and one or two certificates with a key.
 */
export function isKeyOfOtherChip(db: Queries, keyFingerprint: string, chipId: string | undefined): boolean {
  return chipWithKey(db).get({ keyFingerprint, chipId: chipId ?? '' }) !== undefined;
}

/** No chip has the empty id. */
const chipWithKey = preparedOnce((db) =>
  db
    .select({ id: chips.id })
    .from(certificates)
    .innerJoin(chips, and(eq(chips.id, certificates.chipId), eq(chips.certificateId, certificates.id)))
    .where(
      and(
        eq(certificates.keyFingerprint, givenText('keyFingerprint')),
        sql`${chips.status} IN ('pending_approval', 'approved')`,
        ne(chips.id, givenText('chipId')),
      ),
    )
    .prepare(),
);

/** The partners, except one, who have uploaded a certificate with one of these keys. */
export function listPartnersWithKey(db: Queries, keyFingerprints: readonly string[], exceptId: string): string[] {
  const where = and(inArray(certificates.keyFingerprint, [...keyFingerprints]), ne(certificates.partnerId, exceptId));
  const rows = db.selectDistinct({ id: certificates.partnerId }).from(certificates).where(where).all();
  return rows.map((row) => row.id);
}

/** The partners, except one, with this organisation or one of these ids. Registration stores organisations with white space folded. */
export function listOtherPartners(db: Queries, exceptId: string, organization: string, ids: readonly string[]) {
  return db
    .select({ id: accounts.id, username: accounts.username, organization: partners.organization })
    .from(partners)
    .innerJoin(accounts, eq(accounts.id, partners.accountId))
    .where(and(ne(accounts.id, exceptId), or(eq(partners.organization, organization), inArray(accounts.id, [...ids]))))
    .orderBy(accounts.usernameKey)
    .all();
}
