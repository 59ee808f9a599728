import { desc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Queries, schema } from '../../db/index.ts';

const { accounts, caReinstatements, caRetirements } = schema;

export function insertRetirement(db: Queries, row: typeof caRetirements.$inferInsert): void {
  db.insert(caRetirements).values(row).run();
}

/** A retirement with the usernames of who did it and who ended it; open while nobody did. */
export interface Retirement {
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

/** Every retirement of a CA certificate, newest first. */
export function listRetirements(db: Queries, caCertificateId: string): Retirement[] {
  const ender = alias(accounts, 'ender');
  return db
    .select({
      at: caRetirements.at,
      by: accounts.username,
      reason: caRetirements.reason,
      endedAt: caReinstatements.at,
      endedBy: ender.username,
    })
    .from(caRetirements)
    .innerJoin(accounts, eq(accounts.id, caRetirements.by))
    .leftJoin(caReinstatements, eq(caReinstatements.retirementId, caRetirements.id))
    .leftJoin(ender, eq(ender.id, caReinstatements.by))
    .where(eq(caRetirements.caCertificateId, caCertificateId))
    .orderBy(desc(caRetirements.at), desc(caRetirements.id))
    .all();
}
