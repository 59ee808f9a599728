import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The trail: every change and every refused attempt. Rows are never changed or deleted (rules 8; triggers enforce it). */
export const auditEntries = sqliteTable(
  'audit_entries',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    /** Null: nobody was signed in. */
    actorId: text('actor_id'),
    /** The username at that time, or `system`, or the name tried at a failed sign-in. */
    actor: text('actor').notNull(),
    /** The address the request came from; empty for the system itself. */
    address: text('address').notNull(),
    action: text('action').notNull(),
    thingType: text('thing_type'),
    thingId: text('thing_id'),
    outcome: text('outcome', { enum: ['done', 'refused'] }).notNull(),
    /** Codes of the refusal, separated by a space. */
    code: text('code'),
    /** JSON object of further facts, such as a reason or the value before. */
    detail: text('detail'),
    /** Over this row and the one before it (`audit/chain.ts`), lower-case hex. */
    hash: text('hash').notNull(),
  },
  (table) => [
    index('audit_at').on(table.at),
    index('audit_thing').on(table.thingId, table.at),
    index('audit_thing_type').on(table.thingType, table.at),
    index('audit_actor').on(sql`actor COLLATE NOCASE`, table.at),
    index('audit_action').on(table.action, table.at),
    index('audit_outcome').on(table.outcome, table.at),
  ],
);

/** The newest row of the trail, one row kept by a trigger: what is missing at the end is noticed by it. */
export const auditHead = sqliteTable('audit_head', {
  id: integer('id').primaryKey(),
  /** 0 while the trail is empty. */
  entryId: integer('entry_id').notNull(),
  hash: text('hash').notNull(),
});

/** Empty but within a transaction that writes many rows of the trail, which enter its search together: the last row before them. */
export const auditSearchLater = sqliteTable('audit_search_later', {
  after: integer('after').notNull(),
  /** Refers to nothing: with a row left here no transaction can be committed. */
  open: integer('open').notNull().default(0),
});
