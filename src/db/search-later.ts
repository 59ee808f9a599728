import { sql } from 'drizzle-orm';
import type { Tx } from './connection.ts';
import * as schema from './schema/index.ts';

/**
 * Does work, inside a transaction, of which the rows of the trail enter its search together at the end. FTS5 would write out what it holds before
 * each statement that may be taken back, and so many times for much work (migrations/0009_search_later.sql).
 */
export function searchLater<T>(tx: Tx, work: () => T): T {
  const { auditEntries, auditSearchLater } = schema;
  tx.insert(auditSearchLater)
    .values({ after: sql`(SELECT coalesce(max(${auditEntries.id}), 0) FROM ${auditEntries})` })
    .run();
  const result = work();
  tx.run(sql`INSERT INTO audit_search (rowid, actor, thing, action, text, ids) SELECT id, actor, thing, action, text, ids
    FROM audit_search_text WHERE id > (SELECT after FROM audit_search_later) ORDER BY id`);
  tx.delete(auditSearchLater).run();
  return result;
}
