import { hash } from 'node:crypto';
import { isShortestInteger } from './der/check.ts';
import { Elements, fileElements } from './der/elements.ts';
import { catchMalformed, malformed } from './der/malformed.ts';
import type { DerNode } from './der/node.ts';
import { parseDer } from './der/parse.ts';
import { TAG } from './der/tags.ts';
import { oidText, readOid, readWholeBits, sequenceOf } from './der/values.ts';
import { uncompressedSpki } from './ec-point.ts';

/** A public key, read from the SubjectPublicKeyInfo itself: Node would report explicit EC parameters as a named curve. */
export interface PublicKeyInfo {
  /** The SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /**
   * SHA-256 of `spki`, lower-case hex; of an EC key with its point uncompressed, so that one key has one fingerprint however
   * it is written (rules 3.10 compare keys, not their encodings).
   */
  readonly fingerprint: string;
  readonly kind: 'rsa' | 'ec' | 'ed25519' | 'ed448' | 'unsupported';
  /** The algorithm's object identifier. */
  readonly algorithm: string;
  /** RSA: length of the modulus. EC: size of a known curve's field. */
  readonly bits: number | undefined;
  /** RSA: the public exponent; undefined where it is longer than 48 bits. */
  readonly exponent: number | undefined;
  /** RSA: the modulus is even, which no product of two primes of such a size is. */
  readonly evenModulus: boolean;
  /** EC: "P-256", "P-384", "P-521", or the object identifier of another curve. */
  readonly curve: string | undefined;
  /** EC: the curve is written out instead of named. */
  readonly explicitParameters: boolean;
  /** The contents of the BIT STRING, over which key identifiers are made (RFC 5280 4.2.1.2). */
  readonly bitString: Buffer;
}

const PART = 'subjectPublicKeyInfo';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const EDWARDS: Readonly<Record<string, { kind: 'ed25519' | 'ed448'; octets: number }>> = {
  '1.3.101.112': { kind: 'ed25519', octets: 32 },
  '1.3.101.113': { kind: 'ed448', octets: 57 },
};
/** The curves that are known by name, by their object identifiers. */
export const CURVES: Readonly<Record<string, { name: string; bits: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', bits: 256 },
  '1.3.132.0.34': { name: 'P-384', bits: 384 },
  '1.3.132.0.35': { name: 'P-521', bits: 521 },
};

/** Whether keys of this algorithm (object identifier) can be accepted at all. */
export function isAcceptedAlgorithm(oid: string): boolean {
  return oid === RSA_ENCRYPTION || oid === EC_PUBLIC_KEY || EDWARDS[oid] !== undefined;
}

/** Reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7, RFC 3279, RFC 5480, RFC 8410). A key of no known form is "unsupported". */
export function readPublicKey(node: DerNode | undefined): PublicKeyInfo {
  const [algorithm, key, ...others] = sequenceOf(node, PART);
  const [oid, parameters, ...more] = sequenceOf(algorithm, PART);
  if (node === undefined || others.length > 0 || more.length > 0) malformed(PART);
  const { der: spki } = node;
  const bitString = readWholeBits(key, PART);
  const name = readOid(oid, PART);
  const description = { ...NOTHING_KNOWN, ...describe(name, parameters, bitString) };
  const canonical = uncompressedSpki(description.curve, algorithm?.der ?? malformed(PART), bitString) ?? spki;
  const fingerprint = hash('sha256', canonical, 'hex');
  return Object.freeze({ spki, fingerprint, algorithm: name, bitString, ...description });
}

type Description = Pick<PublicKeyInfo, 'kind' | 'bits' | 'exponent' | 'evenModulus' | 'curve' | 'explicitParameters'>;

const NOTHING_KNOWN: Description = {
  kind: 'unsupported',
  bits: undefined,
  exponent: undefined,
  evenModulus: false,
  curve: undefined,
  explicitParameters: false,
};

function describe(oid: string, parameters: DerNode | undefined, bitString: Buffer): Partial<Description> {
  if (oid === RSA_ENCRYPTION) return parameters?.tag === TAG.null ? describeRsa(bitString) : {};
  if (oid === EC_PUBLIC_KEY) return describeEc(parameters);
  const edwards = EDWARDS[oid];
  return edwards !== undefined && parameters === undefined && bitString.length === edwards.octets
    ? { kind: edwards.kind }
    : {};
}

/** The SEQUENCE, the modulus and the exponent. */
const RSA_ELEMENTS = 3;

/** RSAPublicKey (RFC 8017 A.1.1): modulus and exponent, both positive. */
function describeRsa(bitString: Buffer): Partial<Description> {
  const parsed = catchMalformed(() => parseDer(bitString, { elements: new Elements(fileElements(), RSA_ELEMENTS) }));
  const [modulus, exponent, ...others] = sequenceOf(parsed.ok ? parsed.value : undefined, PART);
  if (others.length > 0) malformed(PART);
  const digits = positive(modulus);
  const bits = digits.length === 0 ? 0 : (digits.length - 1) * 8 + (32 - Math.clz32(digits[0] ?? 0));
  const short = positive(exponent);
  return {
    kind: 'rsa',
    bits,
    exponent: short.length > 6 ? undefined : Number.parseInt(short.toString('hex') || '0', 16),
    evenModulus: ((digits.at(-1) ?? 0) & 1) === 0,
  };
}

function positive(node: DerNode | undefined): Buffer {
  const content = node?.content ?? Buffer.alloc(0);
  if (node?.tag !== TAG.integer || !isShortestInteger(content) || (content[0] ?? 0x80) >= 0x80) malformed(PART);
  return content[0] === 0 ? content.subarray(1) : content;
}

/** ECParameters (RFC 5480 2.1.1): a named curve, or the curve written out, which RFC 5480 forbids. */
function describeEc(parameters: DerNode | undefined): Partial<Description> {
  if (parameters?.tag === TAG.sequence) return { kind: 'ec', explicitParameters: true };
  if (parameters?.tag !== TAG.oid) return {};
  const oid = oidText(parameters.content, PART);
  const known = CURVES[oid];
  return { kind: 'ec', curve: known?.name ?? oid, bits: known?.bits };
}
