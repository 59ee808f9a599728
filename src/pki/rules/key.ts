import { isPlainPoint } from '../ec-point.ts';
import { isSmallOrder } from '../edwards-point.ts';
import { type Fault, fault } from '../faults.ts';
import { isAcceptedAlgorithm, type PublicKeyInfo } from '../key.ts';
import { publicKey } from '../key-object.ts';
import { showOid } from '../known-oids.ts';

/** Rules 2.7: length of the modulus in bits, and the public exponent; both ends are accepted. */
export const RSA_BITS = { least: 2048, most: 8192 } as const;
export const RSA_EXPONENT = { least: 65_537, most: 2 ** 32 - 1 } as const;

/** Rules 2.7: the curves of EC keys. */
export const ACCEPTED_CURVES: readonly string[] = ['P-256', 'P-384', 'P-521'];

/**
 * Rules 2.7 and 3.7: RSA (rsaEncryption) of 2048 to 8192 bits with an odd exponent from 65537 to 2^32-1; EC on P-256, P-384
 * or P-521 named by object identifier; Ed25519, Ed448. The key must also be possible: an EC point is written out in full
 * and lies on its curve, which Node checks when it takes the key in; an Edwards point is not of small order; an RSA modulus is odd.
 */
export function judgeKey(key: PublicKeyInfo): Fault | undefined {
  const known = judgeKind(key);
  if (known !== undefined) return known;
  return isBroken(key) ? fault('key-broken', { key: keyLabel(key) }) : undefined;
}

function isBroken(key: PublicKeyInfo): boolean {
  if (key.kind === 'rsa') return key.evenModulus;
  const possible = key.kind === 'ec' ? isPlainPoint(key.bitString, key.bits ?? 0) : !isSmallOrder(key.bitString);
  return !possible || publicKey(key) === null;
}

function judgeKind(key: PublicKeyInfo): Fault | undefined {
  if (key.kind === 'unsupported') return judgeUnsupported(key);
  if (key.kind === 'rsa') return judgeRsa(key);
  if (key.explicitParameters) return fault('key-explicit-curve');
  const curve = key.curve ?? '';
  return key.kind === 'ec' && !ACCEPTED_CURVES.includes(curve)
    ? fault('key-curve', { curve: showOid(curve) })
    : undefined;
}

/** A key of an accepted algorithm with parameters or a length that such keys do not have is broken, not of another algorithm. */
function judgeUnsupported({ algorithm }: PublicKeyInfo): Fault {
  return isAcceptedAlgorithm(algorithm)
    ? fault('key-broken', { key: showOid(algorithm) })
    : fault('key-algorithm', { algorithm: showOid(algorithm) });
}

function judgeRsa({ bits = 0, exponent }: PublicKeyInfo): Fault | undefined {
  if (bits < RSA_BITS.least || bits > RSA_BITS.most) return fault('key-rsa-size', { bits, ...RSA_BITS });
  const { least, most } = RSA_EXPONENT;
  const fits = exponent !== undefined && exponent % 2 === 1 && exponent >= least && exponent <= most;
  return fits ? undefined : fault('key-rsa-exponent', { exponent: exponent ?? '> 2^48', least, most });
}

/**
 * Whether checking a signature with this key can take longer than with any key that the rules accept: a longer RSA modulus, an
 * RSA exponent of full length, another curve. Shorter keys are refused as well, but quickly.
 */
export function isDear({ kind, bits = 0, exponent = Infinity, curve = '' }: PublicKeyInfo): boolean {
  if (kind === 'rsa') return bits > RSA_BITS.most || exponent > RSA_EXPONENT.most;
  return kind === 'ec' && !ACCEPTED_CURVES.includes(curve);
}

/** A key in the words of engineers: "RSA 2048", "EC P-256", "Ed25519". */
export function keyLabel(key: PublicKeyInfo): string {
  switch (key.kind) {
    case 'rsa':
      return `RSA ${key.bits}`;
    case 'ec':
      return `EC ${key.curve === undefined ? '(explicit)' : showOid(key.curve)}`;
    case 'ed25519':
      return 'Ed25519';
    case 'ed448':
      return 'Ed448';
    default:
      return showOid(key.algorithm);
  }
}
