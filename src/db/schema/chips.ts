import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { accounts, partners } from './accounts.ts';
import { certificates } from './certificates.ts';

export const CHIP_STATUSES = [
  'pending_cert_upload',
  'pending_approval',
  'approved',
  'rejected',
  'deactivated',
] as const;

/** A chip model of a provider, and where it stands (rules 6). */
export const chips = sqliteTable(
  'chips',
  {
    id: text('id').primaryKey(),
    partnerId: text('partner_id')
      .notNull()
      .references(() => partners.accountId),
    make: text('make').notNull(),
    model: text('model').notNull(),
    makeKey: text('make_key').notNull(),
    modelKey: text('model_key').notNull(),
    status: text('status', { enum: CHIP_STATUSES }).notNull(),
    /** The newest uploaded certificate; earlier ones are its history. */
    certificateId: text('certificate_id').references(() => certificates.id),
    createdAt: integer('created_at').notNull(),
    /** When `status` was last set. */
    statusAt: integer('status_at').notNull(),
  },
  (table) => [
    uniqueIndex('chips_make_model')
      .on(table.partnerId, table.makeKey, table.modelKey)
      .where(sql`status NOT IN ('rejected', 'deactivated')`),
    index('chips_status').on(table.status, table.statusAt),
    index('chips_partner').on(table.partnerId, table.createdAt),
    index('chips_created').on(table.createdAt),
  ],
);

/** A verdict of an admin about one uploaded certificate; there is at most one for each. */
export const chipDecisions = sqliteTable(
  'chip_decisions',
  {
    certificateId: text('certificate_id')
      .primaryKey()
      .references(() => certificates.id),
    chipId: text('chip_id')
      .notNull()
      .references(() => chips.id),
    outcome: text('outcome', { enum: ['approved', 'rejected'] }).notNull(),
    at: integer('at').notNull(),
    by: text('by')
      .notNull()
      .references(() => accounts.id),
    reason: text('reason'),
  },
  (table) => [index('chip_decisions_chip').on(table.chipId, table.at)],
);

/** The end of a chip: who, when, and why (an admin always says why). */
export const chipDeactivations = sqliteTable('chip_deactivations', {
  chipId: text('chip_id')
    .primaryKey()
    .references(() => chips.id),
  at: integer('at').notNull(),
  by: text('by')
    .notNull()
    .references(() => accounts.id),
  reason: text('reason'),
});
