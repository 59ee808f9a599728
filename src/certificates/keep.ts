import type { Partner } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Certificate } from '../pki/index.ts';
import { insertCertificate } from './store.ts';

/** Stores an accepted upload, inside a transaction; `chipId` null: it is the partner's own. Returns its id. */
export function keepCertificate(
  tx: Queries,
  partner: Partner,
  certificate: Certificate,
  chipId: string | null,
): string {
  const id = newId();
  insertCertificate(tx, {
    id,
    partnerId: partner.id,
    chipId,
    fingerprint: certificate.fingerprint,
    keyFingerprint: certificate.key.fingerprint,
    der: certificate.der,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    uploadedAt: now(),
    uploadedBy: partner.id,
  });
  return id;
}
