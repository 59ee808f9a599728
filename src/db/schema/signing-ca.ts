import { blob, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The portal's own root and issuing CA certificates; their private keys are files in the data directory. */
export const signingCaCertificates = sqliteTable('signing_ca_certificates', {
  id: text('id').primaryKey(),
  kind: text('kind', { enum: ['root', 'issuing'] }).notNull(),
  /** The root above an issuing CA; null for a root. */
  parentId: text('parent_id'),
  fingerprint: text('fingerprint').notNull().unique(),
  der: blob('der', { mode: 'buffer' }).notNull(),
  notAfter: integer('not_after').notNull(),
  createdAt: integer('created_at').notNull(),
});
