import { ECDH } from 'node:crypto';
import { bitString, sequence } from './der/write.ts';

/** The forms of a point, by its first octet (SEC 1 2.3.3). */
const COMPRESSED = [0x02, 0x03];
const UNCOMPRESSED = 0x04;

/** OpenSSL's names of the curves whose points are written anew here. */
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };

/**
 * Whether a point is written compressed or uncompressed, in full length. Others are no keys of RFC 5480 2.2, though OpenSSL takes
 * them in: the hybrid form, and the point at infinity (one octet), under which anybody can make signatures.
 * @param bits size of the curve's field
 */
export function isPlainPoint(point: Buffer, bits: number): boolean {
  const octets = Math.ceil(bits / 8);
  const [form = 0] = point;
  return form === UNCOMPRESSED
    ? point.length === 1 + 2 * octets
    : COMPRESSED.includes(form) && point.length === 1 + octets;
}

/**
 * The SubjectPublicKeyInfo of a key with its point uncompressed; undefined where it is so already, where the curve is not known
 * here, or where the point is none. `algorithm` is the AlgorithmIdentifier, DER.
 */
export function uncompressedSpki(curve: string | undefined, algorithm: Buffer, point: Buffer): Buffer | undefined {
  const name = CURVES[curve ?? ''];
  if (name === undefined || !COMPRESSED.includes(point[0] ?? 0)) return undefined;
  try {
    return sequence(algorithm, bitString(ECDH.convertKey(point, name, undefined, undefined, 'uncompressed') as Buffer));
  } catch {
    return undefined;
  }
}
