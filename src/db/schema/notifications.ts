import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { accounts } from './accounts.ts';

/** What one person is told. Rows that are no longer true are taken away; those that were read stay, dismissed. */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    kind: text('kind', {
      enum: [
        'ca-ends',
        'signing-ca-stops',
        'partner-certificate-ends',
        'mosip-signed-ends',
        'chip-certificate-ends',
        'chip-approved',
        'chip-rejected',
        'chip-deactivated',
        'partner-deactivated',
        'chip-waiting',
        'mails-given-up',
      ],
    }).notNull(),
    /** What makes it the same telling: a certificate, a chip, an account or a day. */
    thingId: text('thing_id').notNull(),
    /** Of a reminder: the number of days that was reached when it was told. A unique index holds each of them to one telling. */
    threshold: integer('threshold'),
    /** The id in the address where one goes about it: a chip or a CA certificate. */
    targetId: text('target_id'),
    /** The name of the thing. */
    about: text('about').notNull(),
    /** Whose it is, or the reason of a decision. */
    note: text('note'),
    /** `about` and `note`, case folded. */
    searchKey: text('search_key').notNull(),
    /** Of a reminder: when the thing ends. */
    endsAt: integer('ends_at'),
    at: integer('at').notNull(),
    /** It waits to be told by mail: at once, or with everything else of the hour. */
    mailDue: text('mail_due', { enum: ['at-once', 'gathered'] }),
    dismissedAt: integer('dismissed_at'),
  },
  (table) => [
    index('notifications_account').on(table.accountId, table.id),
    index('notifications_thing').on(table.thingId),
  ],
);

/** Mails to people with an account: waiting (`nextAttemptAt`), sent (`sentAt`), or given up (neither). */
export const outboxMails = sqliteTable('outbox_mails', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  /** It goes to the address that the account has when it is sent. */
  accountId: text('account_id')
    .notNull()
    .references(() => accounts.id),
  subject: text('subject').notNull(),
  text: text('text').notNull(),
  createdAt: integer('created_at').notNull(),
  attempts: integer('attempts').notNull(),
  nextAttemptAt: integer('next_attempt_at'),
  sentAt: integer('sent_at'),
  lastError: text('last_error'),
});

/** The weeks whose summary an admin has had. */
export const weeklySummaries = sqliteTable(
  'weekly_summaries',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** The date of its Monday, `2026-11-23`. */
    week: text('week').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.week] })],
);
