import { blob, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { accounts } from './accounts.ts';

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
