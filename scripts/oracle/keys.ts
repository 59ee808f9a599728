import { type KeyKind, type KeyPair, keyPair } from '../../test/support/keys.ts';
import type { Random } from './random.ts';

/** Fast ones stand more than once: making signatures is most of the work. */
const KINDS: readonly KeyKind[] = [
  'rsa-2048',
  'rsa-2048',
  'rsa-3072',
  'P-256',
  'P-256',
  'P-256',
  'P-384',
  'P-521',
  'Ed25519',
  'Ed25519',
  'Ed448',
];

/** So many pairs of each kind, made once: RSA keys take long to make. Of the first there are enough for every chain. */
const ENOUGH: KeyKind = 'P-256';
const PAIRS = (kind: KeyKind) => (kind.startsWith('rsa-') ? 3 : kind === ENOUGH ? 20 : 6);
const pools = new Map<KeyKind, KeyPair[]>();

function poolOf(kind: KeyKind): KeyPair[] {
  const pool = pools.get(kind) ?? Array.from({ length: PAIRS(kind) }, () => keyPair(kind));
  pools.set(kind, pool);
  return pool;
}

/** Hands out keys for one chain, none twice. */
export class KeyRing {
  readonly #random: Random;
  readonly #used = new Set<KeyPair>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A key of this kind, or of any kind that the rules accept; P-256 when all of that kind are taken. */
  take(kind: KeyKind = this.#random.pick(KINDS)): KeyPair {
    const free = this.#free(kind);
    const pair = this.#random.pick(free.length > 0 ? free : this.#free(ENOUGH));
    this.#used.add(pair);
    return pair;
  }

  #free(kind: KeyKind): KeyPair[] {
    return poolOf(kind).filter((pair) => !this.#used.has(pair));
  }
}
