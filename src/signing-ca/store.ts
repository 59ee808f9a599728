import { desc, eq } from 'drizzle-orm';
import { preparedOnce, type Queries, schema } from '../db/index.ts';

const { signingCaCertificates } = schema;

export type SigningCaRow = typeof signingCaCertificates.$inferSelect;

export function insertSigningCa(db: Queries, row: SigningCaRow): void {
  db.insert(signingCaCertificates).values(row).run();
}

export function findSigningCa(db: Queries, id: string): SigningCaRow | undefined {
  return db.select().from(signingCaCertificates).where(eq(signingCaCertificates.id, id)).get();
}

export function findByFingerprint(db: Queries, fingerprint: string): SigningCaRow | undefined {
  return db.select().from(signingCaCertificates).where(eq(signingCaCertificates.fingerprint, fingerprint)).get();
}

/** The issuing CA that signs now: the newest. */
export function findNewestIssuingCa(db: Queries): SigningCaRow | undefined {
  return newestIssuingCa(db).get();
}

const newestIssuingCa = preparedOnce((db) =>
  db
    .select()
    .from(signingCaCertificates)
    .where(eq(signingCaCertificates.kind, 'issuing'))
    .orderBy(desc(signingCaCertificates.createdAt), desc(signingCaCertificates.id))
    .prepare(),
);

/** Every CA certificate of the portal's own, old ones too, the newest first. */
export function listSigningCas(db: Queries): SigningCaRow[] {
  return ownCertificatesInOrder(db).all();
}

const ownCertificatesInOrder = preparedOnce((db) =>
  db
    .select()
    .from(signingCaCertificates)
    .orderBy(desc(signingCaCertificates.createdAt), desc(signingCaCertificates.id))
    .prepare(),
);
