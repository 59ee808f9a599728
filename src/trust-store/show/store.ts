import { eq } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';

const { accounts, caCertificates } = schema;

/** The username of who added a CA certificate. */
export function uploaderOf(db: Queries, caCertificateId: string): string {
  const row = db
    .select({ by: accounts.username })
    .from(caCertificates)
    .innerJoin(accounts, eq(accounts.id, caCertificates.uploadedBy))
    .where(eq(caCertificates.id, caCertificateId))
    .get();
  return row?.by ?? '';
}
