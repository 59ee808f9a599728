import type { Partner } from '../accounts/index.ts';
import type { Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { CertificatePath } from '../pki/index.ts';
import { caIdsOf } from './paths/path-index.ts';
import { insertPath } from './paths/store.ts';
import { insertCertificate } from './store.ts';

/**
 * Stores an accepted upload, inside a transaction, and which CA certificates it was found trusted by; `chipId` null: it is the partner's
 * own. Returns its id.
 */
export function keepCertificate(tx: Queries, partner: Partner, path: CertificatePath, chipId: string | null): string {
  const { certificate } = path;
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
  insertPath(tx, id, caIdsOf(path));
  return id;
}
