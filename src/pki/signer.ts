import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Certificate } from './certificate.ts';

/** How a signer signs: what MOSIP's modules expect, or ECDSA by configuration (rules 5). */
export type SignerAlgorithm = 'sha256WithRSAEncryption' | 'ecdsa-with-SHA256' | 'ecdsa-with-SHA384';

/** A CA certificate with the means to sign in its name; a hardware module can stand here. */
export interface Signer {
  readonly algorithm: SignerAlgorithm;
  /** The CA certificate whose key signs. */
  readonly certificate: Certificate;
  /** Signs a TBSCertificate (DER); never on the main thread. */
  sign(tbs: Buffer): Promise<Buffer>;
}

const HASH: Readonly<Record<SignerAlgorithm, string>> = {
  sha256WithRSAEncryption: 'sha256',
  'ecdsa-with-SHA256': 'sha256',
  'ecdsa-with-SHA384': 'sha384',
};

const signAsync = promisify(sign) as (hash: string, data: Buffer, key: KeyObject) => Promise<Buffer>;

/** Signs bytes with a private key held in memory; with a callback Node does so in its thread pool. */
export function signInPool(algorithm: SignerAlgorithm, data: Buffer, privateKey: KeyObject): Promise<Buffer> {
  return signAsync(HASH[algorithm], data, privateKey);
}

/**
 * A signer over a private key held in memory. Throws when the key is not that of the certificate, or of a kind with which the
 * portal does not sign (RSA, P-256, P-384).
 */
export function createSigner(certificate: Certificate, privateKey: KeyObject): Signer {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  if (!spki.equals(certificate.key.spki)) throw new Error('the private key does not belong to the CA certificate');
  const algorithm = signerAlgorithm(privateKey);
  return { algorithm, certificate, sign: (tbs) => signInPool(algorithm, tbs, privateKey) };
}

/** The algorithm with which a key of this kind signs certificates. */
export function signerAlgorithm(key: KeyObject): SignerAlgorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'rsa') return 'sha256WithRSAEncryption';
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return 'ecdsa-with-SHA256';
  if (key.asymmetricKeyType === 'ec' && curve === 'secp384r1') return 'ecdsa-with-SHA384';
  throw new Error(`no certificates are signed with a key of this kind: ${key.asymmetricKeyType} ${curve ?? ''}`);
}
