import { constants, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { Certificate } from './certificate.ts';
import type { PublicKeyInfo } from './key.ts';
import { publicKey } from './key-object.ts';
import { isDear } from './rules/key.ts';
import type { Hash, Scheme } from './signature-algorithm.ts';
import { SignatureResults } from './signature-results.ts';
import { DEAR_CHECK, type Work } from './work.ts';

const KEY_OF_SCHEME: Readonly<Record<Scheme, PublicKeyInfo['kind']>> = {
  rsa: 'rsa',
  'rsa-pss': 'rsa',
  ecdsa: 'ec',
  ed25519: 'ed25519',
  ed448: 'ed448',
};

/** Of judgements: a certificate that lives on, such as one of the trust store, is checked once. */
const results = new SignatureResults();

/** Made ahead of a judgement (`checkAhead`), which counts them as if it made them itself. */
const ahead = new SignatureResults();

/**
 * Whether `key` verifies the signature of `certificate`, by node:crypto. Says nothing about the strength of either: rules 2.7
 * and 2.8 do. Counts against the work, unless this very pair was checked before.
 */
export function isSignedBy(certificate: Certificate, key: PublicKeyInfo, work: Work): boolean {
  const before = results.find(certificate, key) ?? work.rehearsal?.find(certificate, key);
  if (before !== undefined) return before;
  work.spend('signatureChecks', isDear(key) ? DEAR_CHECK : 1);
  const prepared = ahead.find(certificate, key);
  if (work.rehearsal === undefined) return results.keep(certificate, key, prepared ?? verifies(key, certificate));
  if (prepared === undefined) throw new SignatureWanted(certificate, key);
  return work.rehearsal.keep(certificate, key, prepared);
}

/** Thrown by a rehearsed judgement that asks for a signature which nobody has checked yet. */
export class SignatureWanted extends Error {
  readonly #certificate: Certificate;
  readonly #key: PublicKeyInfo;

  constructor(certificate: Certificate, key: PublicKeyInfo) {
    super('a signature is to be checked first');
    this.#certificate = certificate;
    this.#key = key;
  }

  /** Checks it in Node's thread pool, and keeps the result for the judgement. */
  async check(): Promise<void> {
    ahead.keep(this.#certificate, this.#key, await isSignedByInPool(this.#certificate, this.#key));
  }
}

/** Whether the certificate names itself as issuer and its own key verifies it (rules 2.10, 3.5). */
export function isSelfSigned(certificate: Certificate, work: Work): boolean {
  return certificate.selfIssued && isSignedBy(certificate, certificate.key, work);
}

/** Whether `key` verifies the signature of `certificate`; counted against no work, and not remembered. */
export function verifies(key: PublicKeyInfo, certificate: Certificate): boolean {
  const means = meansOf(certificate, key);
  if (means === undefined) return false;
  try {
    return verify(means.hash, certificate.tbs, means.key, certificate.signature.value);
  } catch {
    // OpenSSL throws for combinations that it does not support, such as a salt longer than the key allows.
    return false;
  }
}

const verifyAsync = promisify(verify) as (
  hash: Means['hash'],
  data: Buffer,
  key: Means['key'],
  signature: Buffer,
) => Promise<boolean>;

/** As `verifies`, worked out in Node's thread pool. */
async function isSignedByInPool(certificate: Certificate, key: PublicKeyInfo): Promise<boolean> {
  const means = meansOf(certificate, key);
  if (means === undefined) return false;
  try {
    return await verifyAsync(means.hash, certificate.tbs, means.key, certificate.signature.value);
  } catch {
    return false;
  }
}

/** How node:crypto is to check a signature. */
interface Means {
  readonly hash: Hash | undefined;
  readonly key: VerifyKeyObjectInput;
}

/** Undefined where the algorithm is not known, or is none of this key. */
function meansOf({ signature }: Certificate, key: PublicKeyInfo): Means | undefined {
  const { scheme, hash, saltLength } = signature.algorithm;
  const object = publicKey(key);
  if (scheme === undefined || object === null || KEY_OF_SCHEME[scheme] !== key.kind) return undefined;
  const padding = scheme === 'rsa' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING;
  const rsa = key.kind === 'rsa' ? { padding } : {};
  const salt = scheme === 'rsa-pss' && saltLength !== undefined ? { saltLength } : {};
  return { hash, key: { key: object, ...rsa, ...salt } };
}
