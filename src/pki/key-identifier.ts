import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { PublicKeyInfo } from './key.ts';

/** A key identifier by RFC 7093 section 2 (1): the first 160 bits of SHA-256 over the key's bits; lower-case hex. */
export function keyIdentifier(key: Pick<PublicKeyInfo, 'bitString'>): string {
  return createHash('sha256').update(key.bitString).digest('hex').slice(0, 40);
}

/** The identifier by which certificates below name this CA's key: its own, whichever way it was made (RFC 5280 4.2.1.1). */
export function issuerKeyIdentifier(ca: Certificate): string {
  return ca.subjectKeyId ?? keyIdentifier(ca.key);
}
