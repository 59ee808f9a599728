import { malformed } from './der/malformed.ts';
import type { DerNode } from './der/node.ts';
import { contextConstructed, TAG } from './der/tags.ts';
import { onlyChild, readCount, readOid, sequenceOf } from './der/values.ts';

export type Hash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
export type Scheme = 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519' | 'ed448';

/** How a certificate is signed. What is not known stays undefined: such a signature is never checked. */
export interface SignatureAlgorithm {
  readonly oid: string;
  /** A name that engineers know, or the object identifier. */
  readonly label: string;
  readonly scheme: Scheme | undefined;
  /** Undefined for EdDSA, which hashes by itself. */
  readonly hash: Hash | undefined;
  /** RSA-PSS: length of the salt in octets. */
  readonly saltLength: number | undefined;
}

const PART = 'signatureAlgorithm';
export const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** Those whose object identifier alone says how is signed; RSASSA-PSS says it by its parameters. */
export const ALGORITHMS: Readonly<Record<string, readonly [label: string, scheme: Scheme, hash?: Hash]>> = {
  '1.2.840.113549.1.1.4': ['md5WithRSAEncryption', 'rsa', 'md5'],
  '1.2.840.113549.1.1.5': ['sha1WithRSAEncryption', 'rsa', 'sha1'],
  '1.2.840.113549.1.1.14': ['sha224WithRSAEncryption', 'rsa', 'sha224'],
  '1.2.840.113549.1.1.11': ['sha256WithRSAEncryption', 'rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['sha384WithRSAEncryption', 'rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['sha512WithRSAEncryption', 'rsa', 'sha512'],
  '1.2.840.10045.4.1': ['ecdsa-with-SHA1', 'ecdsa', 'sha1'],
  '1.2.840.10045.4.3.1': ['ecdsa-with-SHA224', 'ecdsa', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa-with-SHA256', 'ecdsa', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa-with-SHA384', 'ecdsa', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa-with-SHA512', 'ecdsa', 'sha512'],
  '1.3.101.112': ['Ed25519', 'ed25519'],
  '1.3.101.113': ['Ed448', 'ed448'],
};

const HASHES: Readonly<Record<string, Hash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Reads the AlgorithmIdentifier of a signature (RFC 3279, RFC 4055, RFC 5758, RFC 8410). */
export function readSignatureAlgorithm(node: DerNode | undefined): SignatureAlgorithm {
  const [name, parameters, ...others] = sequenceOf(node, PART);
  if (others.length > 0) malformed(PART);
  const oid = readOid(name, PART);
  if (oid === PSS) return readPss(parameters);
  const [label, scheme, hash] = ALGORITHMS[oid] ?? [oid];
  // RFC 4055 section 5: with RSA the parameters are NULL, absent ones are to be accepted; all others have none.
  const fits = parameters === undefined || (scheme === 'rsa' && parameters.tag === TAG.null);
  return Object.freeze({ oid, label, scheme: fits ? scheme : undefined, hash, saltLength: undefined });
}

/** RSASSA-PSS-params (RFC 4055 3.1). Only MGF1 with the hash of the signature itself, and trailer field 1, are known here. */
function readPss(parameters: DerNode | undefined): SignatureAlgorithm {
  const fields = parameters === undefined ? [] : sequenceOf(parameters, PART);
  const field = (number: number) => fields.find((each) => each.tag === contextConstructed(number));
  const hash = readHash(field(0));
  const salt = field(2);
  const known = fields.every((each) => each.tag >= contextConstructed(0) && each.tag <= contextConstructed(2));
  const sorted = fields.every((each, index) => index === 0 || (fields[index - 1]?.tag ?? 0) < each.tag);
  const fits = known && sorted && hash !== undefined && readMaskHash(field(1)) === hash;
  return Object.freeze({
    oid: PSS,
    label: `RSASSA-PSS (${hash ?? '?'})`,
    scheme: fits ? 'rsa-pss' : undefined,
    hash,
    saltLength: salt === undefined ? 20 : readSalt(salt),
  });
}

function readHash(field: DerNode | undefined): Hash | undefined {
  return field === undefined ? 'sha1' : hashNamed(onlyChild(field, PART));
}

function readMaskHash(field: DerNode | undefined): Hash | undefined {
  if (field === undefined) return 'sha1';
  const [name, hash] = sequenceOf(onlyChild(field, PART), PART);
  return readOid(name, PART) === MGF1 && hash !== undefined ? hashNamed(hash) : undefined;
}

function hashNamed(node: DerNode): Hash | undefined {
  const [name, parameters] = sequenceOf(node, PART);
  return parameters === undefined || parameters.tag === TAG.null ? HASHES[readOid(name, PART)] : undefined;
}

function readSalt(field: DerNode): number {
  const node = onlyChild(field, PART);
  return node.tag === TAG.integer ? readCount(node.content, PART) : malformed(PART);
}
