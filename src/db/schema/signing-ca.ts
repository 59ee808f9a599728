import { blob, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The portal's own CA certificates; the private keys of those made here, and of imported issuing CAs, are files in the data directory. */
export const signingCaCertificates = sqliteTable('signing_ca_certificates', {
  id: text('id').primaryKey(),
  /** Only an issuing CA signs what partners receive; intermediates come by import alone. */
  kind: text('kind', { enum: ['root', 'intermediate', 'issuing'] }).notNull(),
  /** The CA certificate above; null for a root. */
  parentId: text('parent_id'),
  fingerprint: text('fingerprint').notNull().unique(),
  der: blob('der', { mode: 'buffer' }).notNull(),
  notAfter: integer('not_after').notNull(),
  createdAt: integer('created_at').notNull(),
});
