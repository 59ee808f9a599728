import { and, desc, eq, ne } from 'drizzle-orm';
import { type Queries, schema } from '../../db/index.ts';
import type { ChipRow } from '../store.ts';

const { certificates, chipDecisions } = schema;

/** The certificate with which a chip was approved last, before the one it has now; undefined where there is none. */
export function findApprovedBefore(db: Queries, { id, certificateId }: ChipRow) {
  return db
    .select({ der: certificates.der, approvedAt: chipDecisions.at })
    .from(chipDecisions)
    .innerJoin(certificates, eq(certificates.id, chipDecisions.certificateId))
    .where(
      and(
        eq(chipDecisions.chipId, id),
        eq(chipDecisions.outcome, 'approved'),
        ne(chipDecisions.certificateId, certificateId ?? ''),
      ),
    )
    .orderBy(desc(chipDecisions.at))
    .limit(1)
    .get();
}
