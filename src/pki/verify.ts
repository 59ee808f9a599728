import { constants, verify } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { PublicKeyInfo } from './key.ts';
import { publicKey } from './key-object.ts';
import { isDear } from './rules/key.ts';
import type { Scheme } from './signature-algorithm.ts';
import { DEAR_CHECK, type Work } from './work.ts';

const KEY_OF_SCHEME: Readonly<Record<Scheme, PublicKeyInfo['kind']>> = {
  rsa: 'rsa',
  'rsa-pss': 'rsa',
  ecdsa: 'ec',
  ed25519: 'ed25519',
  ed448: 'ed448',
};

/** Results for certificates that live on, such as those of the trust store; keyed by the fingerprint of the signer's key. */
const results = new WeakMap<Certificate, Map<string, boolean>>();

/**
 * Whether `key` verifies the signature of `certificate`, by node:crypto. Says nothing about the strength of either: rules 2.7
 * and 2.8 do. Counts against the work, unless this very pair was checked before.
 */
export function isSignedBy(certificate: Certificate, key: PublicKeyInfo, work: Work): boolean {
  const known = results.get(certificate) ?? new Map<string, boolean>();
  results.set(certificate, known);
  const before = known.get(key.fingerprint);
  if (before !== undefined) return before;
  work.spend('signatureChecks', isDear(key) ? DEAR_CHECK : 1);
  const result = check(certificate, key);
  known.set(key.fingerprint, result);
  return result;
}

/** Whether the certificate names itself as issuer and its own key verifies it (rules 2.10, 3.5). */
export function isSelfSigned(certificate: Certificate, work: Work): boolean {
  return certificate.selfIssued && isSignedBy(certificate, certificate.key, work);
}

function check(certificate: Certificate, key: PublicKeyInfo): boolean {
  const { scheme, hash, saltLength } = certificate.signature.algorithm;
  const object = publicKey(key);
  if (scheme === undefined || object === null || KEY_OF_SCHEME[scheme] !== key.kind) return false;
  const padding = scheme === 'rsa' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING;
  const rsa = key.kind === 'rsa' ? { padding } : {};
  const salt = scheme === 'rsa-pss' && saltLength !== undefined ? { saltLength } : {};
  try {
    return verify(hash, certificate.tbs, { key: object, ...rsa, ...salt }, certificate.signature.value);
  } catch {
    // OpenSSL throws for combinations that it does not support, such as a salt longer than the key allows.
    return false;
  }
}
