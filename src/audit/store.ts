import { and, count, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { contains, orderBy, type Queries, schema } from '../db/index.ts';
import type { ListQuery, Page } from '../lib/paging.ts';

const { auditEntries } = schema;

export function insertAuditEntry(db: Queries, entry: typeof auditEntries.$inferInsert): void {
  db.insert(auditEntries).values(entry).run();
}

export type AuditRow = typeof auditEntries.$inferSelect;
export const AUDIT_FILTERS = ['actor', 'thing', 'action', 'outcome', 'from', 'to'];

const SORTED_BY = {
  at: auditEntries.at,
  actor: auditEntries.actor,
  action: auditEntries.action,
  outcome: auditEntries.outcome,
};
export const AUDIT_COLUMNS = Object.keys(SORTED_BY);

/** One page of the trail; newest first unless another order is asked for. `from` and `to` are whole days. */
export function listAuditEntries(
  db: Queries,
  query: ListQuery,
  day: (day: string | undefined) => { from: number; to: number } | undefined,
): Page<AuditRow> {
  const { actor, thing, action, outcome, from, to } = query.filters;
  const { thingType, thingId, detail, code, address } = auditEntries;
  const text = sql`${auditEntries.actor} || ' ' || ${auditEntries.action} || ' ' || ${address} || ' ' || coalesce(${thingId}, '') || ' ' || coalesce(${code}, '') || ' ' || coalesce(${detail}, '')`;
  const first = day(from)?.from;
  const last = day(to)?.to;
  const where = and(
    contains(text, query.q),
    contains(auditEntries.actor, actor),
    contains(sql`coalesce(${thingType}, '') || ' ' || coalesce(${thingId}, '')`, thing),
    contains(auditEntries.action, action),
    outcome === 'done' || outcome === 'refused' ? eq(auditEntries.outcome, outcome) : undefined,
    first === undefined ? undefined : gte(auditEntries.at, first),
    last === undefined ? undefined : lt(auditEntries.at, last),
  );
  const rows = db
    .select()
    .from(auditEntries)
    .where(where)
    .orderBy(...orderBy(query, SORTED_BY, [desc(auditEntries.id)]))
    .limit(query.size)
    .offset((query.page - 1) * query.size)
    .all();
  return { rows, total: db.select({ total: count() }).from(auditEntries).where(where).get()?.total ?? 0 };
}

/** What one action changed in a thing, oldest first; its detail is JSON. */
export function listChangesOf(db: Queries, thing: { type: string; id: string }, action: string) {
  const { actor, at, detail } = auditEntries;
  return db
    .select({ at, by: actor, detail })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.thingType, thing.type),
        eq(auditEntries.thingId, thing.id),
        eq(auditEntries.action, action),
        eq(auditEntries.outcome, 'done'),
      ),
    )
    .orderBy(at)
    .all();
}
