import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export type KeyKind =
  | 'rsa-1024'
  | 'rsa-2048'
  | 'rsa-3072'
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'secp256k1'
  | 'Ed25519'
  | 'Ed448';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RSA keys take long to make, so three of each size serve in turn; keys of the other kinds are always new. */
const RSA_POOL = 3;
const pools = new Map<KeyKind, { pairs: KeyPair[]; next: number }>();

/** A key pair of this kind. */
export function keyPair(kind: KeyKind = 'P-256'): KeyPair {
  if (!kind.startsWith('rsa-')) return generate(kind);
  const pool = pools.get(kind) ?? { pairs: [], next: 0 };
  pools.set(kind, pool);
  const index = pool.next % RSA_POOL;
  pool.next += 1;
  const pair = pool.pairs[index] ?? generate(kind);
  pool.pairs[index] = pair;
  return pair;
}

function generate(kind: KeyKind): KeyPair {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'Ed448') return generateKeyPairSync('ed448');
  if (kind.startsWith('rsa-')) return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) });
  return generateKeyPairSync('ec', { namedCurve: kind });
}
