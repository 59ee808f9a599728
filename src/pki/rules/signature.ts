import { type Fault, fault } from '../faults.ts';
import { showOid } from '../known-oids.ts';
import type { Hash, SignatureAlgorithm } from '../signature-algorithm.ts';

/** Rules 2.8: the hashes with which RSA and ECDSA may sign. */
export const ACCEPTED_HASHES: readonly (Hash | undefined)[] = ['sha256', 'sha384', 'sha512'];

/** Rules 2.8 and 3.8: RSA PKCS#1 or PSS, or ECDSA, with SHA-256, SHA-384 or SHA-512; EdDSA; each with the parameters it has. */
export function judgeSignatureAlgorithm({ scheme, hash, label, oid }: SignatureAlgorithm): Fault | undefined {
  const hashes = scheme === 'rsa' || scheme === 'rsa-pss' || scheme === 'ecdsa';
  const accepted = hashes ? ACCEPTED_HASHES.includes(hash) : scheme !== undefined;
  if (accepted) return undefined;
  const onlyParameters =
    scheme === undefined && label !== oid && (hash === undefined || ACCEPTED_HASHES.includes(hash));
  return onlyParameters
    ? fault('signature-parameters', { algorithm: label })
    : fault('signature-algorithm', { algorithm: showOid(label) });
}
