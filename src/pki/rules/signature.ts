import { type Fault, fault } from '../faults.ts';
import type { Hash, SignatureAlgorithm } from '../signature-algorithm.ts';

const HASHES: readonly (Hash | undefined)[] = ['sha256', 'sha384', 'sha512'];

/** Rules 2.8 and 3.8: RSA PKCS#1 or PSS, or ECDSA, with SHA-256, SHA-384 or SHA-512; EdDSA. */
export function judgeSignatureAlgorithm({ scheme, hash, label }: SignatureAlgorithm): Fault | undefined {
  const hashes = scheme === 'rsa' || scheme === 'rsa-pss' || scheme === 'ecdsa';
  const accepted = hashes ? HASHES.includes(hash) : scheme !== undefined;
  return accepted ? undefined : fault('signature-algorithm', { algorithm: label });
}
