import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { accounts, partners } from './accounts.ts';
import { signingCaCertificates } from './signing-ca.ts';

/** Every accepted upload of a partner, for itself (`chipId` null) or for a chip. Never changed. */
export const certificates = sqliteTable(
  'certificates',
  {
    id: text('id').primaryKey(),
    partnerId: text('partner_id')
      .notNull()
      .references(() => partners.accountId),
    chipId: text('chip_id'),
    fingerprint: text('fingerprint').notNull(),
    /** SHA-256 of the SubjectPublicKeyInfo, hex (rules 3.10). */
    keyFingerprint: text('key_fingerprint').notNull(),
    der: blob('der', { mode: 'buffer' }).notNull(),
    subject: text('subject').notNull(),
    issuer: text('issuer').notNull(),
    notBefore: integer('not_before').notNull(),
    notAfter: integer('not_after').notNull(),
    uploadedAt: integer('uploaded_at').notNull(),
    uploadedBy: text('uploaded_by')
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [
    index('certificates_partner').on(table.partnerId, table.uploadedAt),
    index('certificates_chip').on(table.chipId, table.uploadedAt),
    index('certificates_key').on(table.keyFingerprint),
  ],
);

/** The MOSIP-signed certificate issued for an accepted partner certificate. */
export const mosipSignedCertificates = sqliteTable('mosip_signed_certificates', {
  certificateId: text('certificate_id')
    .primaryKey()
    .references(() => certificates.id),
  issuerId: text('issuer_id')
    .notNull()
    .references(() => signingCaCertificates.id),
  serialNumber: text('serial_number').notNull().unique(),
  fingerprint: text('fingerprint').notNull(),
  der: blob('der', { mode: 'buffer' }).notNull(),
  notBefore: integer('not_before').notNull(),
  notAfter: integer('not_after').notNull(),
});
