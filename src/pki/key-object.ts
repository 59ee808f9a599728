import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicKeyInfo } from './key.ts';

const keys = new WeakMap<PublicKeyInfo, KeyObject | null>();

/** The key as Node's own object, made once; null when Node refuses it (a point that is not on its curve, for example). */
export function publicKey(key: PublicKeyInfo): KeyObject | null {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const made = key.kind === 'unsupported' ? null : importKey(key.spki);
  keys.set(key, made);
  return made;
}

function importKey(spki: Buffer): KeyObject | null {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
