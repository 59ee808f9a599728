import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { accounts, partners } from './accounts.ts';
import { chips } from './chips.ts';
import { caCertificates } from './trust-store.ts';

// What lists filter and sort by. Kept by triggers, with their indexes in migrations/0006_lists.sql; never written by the program.
// `seq` counts in the order of creation, and is the tie-break of every order.

export const chipList = sqliteTable('chip_list', {
  seq: integer('seq').primaryKey(),
  chipId: text('chip_id')
    .notNull()
    .references(() => chips.id),
  partnerId: text('partner_id')
    .notNull()
    .references(() => partners.accountId),
  makeKey: text('make_key').notNull(),
  modelKey: text('model_key').notNull(),
  organization: text('organization').notNull(),
  usernameKey: text('username_key').notNull(),
  status: text('status').notNull(),
  createdAt: integer('created_at').notNull(),
  statusAt: integer('status_at').notNull(),
  /** The end of the current certificate; without one the last instant there is. */
  endsAt: integer('ends_at').notNull(),
  /** 1: no path is written down for the current certificate. */
  pathless: integer('pathless').notNull(),
});

/** Partners and admins. */
export const personList = sqliteTable('person_list', {
  seq: integer('seq').primaryKey(),
  accountId: text('account_id')
    .notNull()
    .references(() => accounts.id),
  role: text('role').notNull(),
  usernameKey: text('username_key').notNull(),
  name: text('name').notNull(),
  emailKey: text('email_key').notNull(),
  /** Empty for admins. */
  organization: text('organization').notNull(),
  status: text('status', { enum: ['active', 'no_certificate', 'deactivated'] }).notNull(),
  createdAt: integer('created_at').notNull(),
  pathless: integer('pathless').notNull(),
});

export const caList = sqliteTable('ca_list', {
  seq: integer('seq').primaryKey(),
  caCertificateId: text('ca_certificate_id')
    .notNull()
    .references(() => caCertificates.id),
  kind: text('kind').notNull(),
  domain: text('domain').notNull(),
  subject: text('subject').notNull(),
  issuer: text('issuer').notNull(),
  notBefore: integer('not_before').notNull(),
  notAfter: integer('not_after').notNull(),
  uploadedAt: integer('uploaded_at').notNull(),
  retired: integer('retired').notNull(),
});

/** How many rows a list has by status: in all (scope '') and of one partner, role or kind. */
export const listCounts = sqliteTable(
  'list_counts',
  {
    list: text('list').notNull(),
    scope: text('scope').notNull(),
    status: text('status').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.list, table.scope, table.status] })],
);
