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
