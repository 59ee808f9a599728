import { type Queries, schema } from '../db/index.ts';

const { auditEntries } = schema;

export function insertAuditEntry(db: Queries, entry: typeof auditEntries.$inferInsert): void {
  db.insert(auditEntries).values(entry).run();
}
