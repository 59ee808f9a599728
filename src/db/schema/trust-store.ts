import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { accounts } from './accounts.ts';
import { certificates } from './certificates.ts';

/** Root and intermediate CA certificates. Identified by SHA-256 within a domain; trust never crosses domains (rules 2). */
export const caCertificates = sqliteTable(
  'ca_certificates',
  {
    id: text('id').primaryKey(),
    domain: text('domain', { enum: ['FTM', 'DEVICE', 'AUTH'] }).notNull(),
    kind: text('kind', { enum: ['root', 'intermediate'] }).notNull(),
    fingerprint: text('fingerprint').notNull(),
    der: blob('der', { mode: 'buffer' }).notNull(),
    /** Names for showing, filtering and sorting; the judging reads them from `der`. */
    subject: text('subject').notNull(),
    issuer: text('issuer').notNull(),
    notBefore: integer('not_before').notNull(),
    notAfter: integer('not_after').notNull(),
    uploadedAt: integer('uploaded_at').notNull(),
    uploadedBy: text('uploaded_by')
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [uniqueIndex('ca_certificates_fingerprint').on(table.domain, table.fingerprint)],
);

/** Counts the changes of each domain (kept by a trigger). */
export const trustStoreVersions = sqliteTable('trust_store_versions', {
  domain: text('domain', { enum: ['FTM', 'DEVICE', 'AUTH'] }).primaryKey(),
  version: integer('version').notNull(),
});

/** A CA certificate that an admin retired: no path uses it until it is reinstated. At most one retirement of it is open (a trigger). */
export const caRetirements = sqliteTable(
  'ca_retirements',
  {
    id: text('id').primaryKey(),
    caCertificateId: text('ca_certificate_id')
      .notNull()
      .references(() => caCertificates.id),
    at: integer('at').notNull(),
    by: text('by')
      .notNull()
      .references(() => accounts.id),
    reason: text('reason').notNull(),
  },
  (table) => [index('ca_retirements_certificate').on(table.caCertificateId, table.at)],
);

/** The end of a retirement: the certificate was uploaded again (rules 2.1). */
export const caReinstatements = sqliteTable('ca_reinstatements', {
  retirementId: text('retirement_id')
    .primaryKey()
    .references(() => caRetirements.id),
  at: integer('at').notNull(),
  by: text('by')
    .notNull()
    .references(() => accounts.id),
});

/** The CA certificates of the path by which a partner's or chip's certificate was last found trusted: an index of what depends on what. */
export const certificatePaths = sqliteTable(
  'certificate_paths',
  {
    certificateId: text('certificate_id')
      .notNull()
      .references(() => certificates.id),
    caCertificateId: text('ca_certificate_id')
      .notNull()
      .references(() => caCertificates.id),
  },
  (table) => [
    primaryKey({ columns: [table.certificateId, table.caCertificateId] }),
    index('certificate_paths_ca').on(table.caCertificateId),
  ],
);

/** An uploaded file with several CA certificates (rules 2). */
export const caUploads = sqliteTable('ca_uploads', {
  id: text('id').primaryKey(),
  domain: text('domain', { enum: ['FTM', 'DEVICE', 'AUTH'] }).notNull(),
  at: integer('at').notNull(),
  by: text('by')
    .notNull()
    .references(() => accounts.id),
});

/** What became of each of its certificates, in the order of their issuing: added, or the reasons against it (JSON). */
export const caUploadOutcomes = sqliteTable(
  'ca_upload_outcomes',
  {
    uploadId: text('upload_id')
      .notNull()
      .references(() => caUploads.id),
    position: integer('position').notNull(),
    fingerprint: text('fingerprint').notNull(),
    subject: text('subject').notNull(),
    kind: text('kind', { enum: ['root', 'intermediate'] }).notNull(),
    caCertificateId: text('ca_certificate_id').references(() => caCertificates.id),
    reasons: text('reasons'),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.position] })],
);
