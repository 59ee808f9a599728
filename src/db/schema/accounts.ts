import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** A person who can sign in. Never deleted; e-mail and username are never free again (rules 7). */
export const accounts = sqliteTable('accounts', {
  id: text('id').primaryKey(),
  role: text('role', { enum: ['FTM_PROVIDER', 'PARTNER_ADMIN'] }).notNull(),
  /** As typed at registration; for partners this is the partner ID. */
  username: text('username').notNull(),
  usernameKey: text('username_key').notNull().unique(),
  email: text('email').notNull(),
  emailKey: text('email_key').notNull().unique(),
  firstName: text('first_name').notNull(),
  lastName: text('last_name').notNull(),
  language: text('language', { enum: ['en', 'fr', 'ar'] }).notNull(),
  passwordHash: text('password_hash').notNull(),
  createdAt: integer('created_at').notNull(),
});

/** What only a partner has. */
export const partners = sqliteTable('partners', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => accounts.id),
  partnerType: text('partner_type', { enum: ['FTM_PROVIDER'] }).notNull(),
  organization: text('organization').notNull(),
  address: text('address').notNull(),
  phone: text('phone').notNull(),
  /** The newest accepted partner certificate; earlier ones are its history. */
  certificateId: text('certificate_id'),
});

/** An account that may do nothing more (partner) or not sign in (admin): who ended it, when and why. Final. */
export const accountDeactivations = sqliteTable('account_deactivations', {
  accountId: text('account_id')
    .primaryKey()
    .references(() => accounts.id),
  at: integer('at').notNull(),
  by: text('by')
    .notNull()
    .references(() => accounts.id),
  reason: text('reason').notNull(),
});

/** Consent to one version of the terms. */
export const consents = sqliteTable('consents', {
  accountId: text('account_id')
    .notNull()
    .references(() => accounts.id),
  version: integer('version').notNull(),
  at: integer('at').notNull(),
});

/** A signed-in browser. The id is the SHA-256 of the cookie's value. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Seconds since 1970, as lucia keeps it. */
    expiresAt: integer('expires_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('sessions_account').on(table.accountId)],
);

/** Links sent or printed: only the SHA-256 of the token is kept; used once (`usedAt`). */
export const accountLinks = sqliteTable('account_links', {
  tokenHash: text('token_hash').primaryKey(),
  purpose: text('purpose', { enum: ['setup', 'password-reset', 'email-change'] }).notNull(),
  /** Null for the set-up link, which belongs to nobody yet. */
  accountId: text('account_id').references(() => accounts.id),
  /** The new address an `email-change` confirms. */
  email: text('email'),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
});

/** Failed sign-ins, counted per account name or address and window of 15 minutes. */
export const signInFailures = sqliteTable('sign_in_failures', {
  key: text('key').primaryKey(),
  windowStart: integer('window_start').notNull(),
  lastAt: integer('last_at').notNull(),
  count: integer('count').notNull(),
});
