import { and, asc, eq, isNull } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';
import type { Domain } from '../store.ts';

const { caCertificates, caReinstatements, caRetirements, caUploadOutcomes, caUploads } = schema;

/** A certificate of a domain's store, and the retirement of it that is open, if one is. */
export interface Stored {
  readonly id: string;
  readonly retirementId: string | null;
}

export function findStored(db: Queries, domain: Domain, fingerprint: string): Stored | undefined {
  const stored = db
    .select({ id: caCertificates.id })
    .from(caCertificates)
    .where(and(eq(caCertificates.domain, domain), eq(caCertificates.fingerprint, fingerprint)))
    .get();
  if (stored === undefined) return undefined;
  const retirement = db
    .select({ id: caRetirements.id })
    .from(caRetirements)
    .leftJoin(caReinstatements, eq(caReinstatements.retirementId, caRetirements.id))
    .where(and(eq(caRetirements.caCertificateId, stored.id), isNull(caReinstatements.retirementId)))
    .get();
  return { id: stored.id, retirementId: retirement?.id ?? null };
}

export function insertReinstatement(db: Queries, row: typeof caReinstatements.$inferInsert): void {
  db.insert(caReinstatements).values(row).run();
}

export type OutcomeRow = typeof caUploadOutcomes.$inferSelect;

export function insertUpload(
  db: Queries,
  upload: typeof caUploads.$inferInsert,
  outcomes: readonly Omit<OutcomeRow, 'uploadId' | 'position'>[],
): void {
  db.insert(caUploads).values(upload).run();
  const rows = outcomes.map((outcome, position) => ({ ...outcome, uploadId: upload.id, position }));
  db.insert(caUploadOutcomes).values(rows).run();
}

export function findUpload(db: Queries, id: string): typeof caUploads.$inferSelect | undefined {
  return db.select().from(caUploads).where(eq(caUploads.id, id)).get();
}

/** What became of each certificate of an upload, in the order of their issuing. */
export function listOutcomes(db: Queries, uploadId: string): OutcomeRow[] {
  return db
    .select()
    .from(caUploadOutcomes)
    .where(eq(caUploadOutcomes.uploadId, uploadId))
    .orderBy(asc(caUploadOutcomes.position))
    .all();
}
