import { Elements, fileElements } from '../der/elements.ts';
import { Malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { parseDer } from '../der/parse.ts';
import { context, contextConstructed, TAG } from '../der/tags.ts';
import { oidText } from '../der/values.ts';

/** What DER is, told from its outline. */
export type Shape =
  | 'certificate'
  | 'private-key'
  | 'key-store'
  | 'request'
  | 'crl'
  | 'public-key'
  | 'pkcs7'
  | 'unknown';

const { sequence, integer, octetString, oid, bitString } = TAG;
const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** PKCS#5 encryption schemes, and those of PKCS#12: what an EncryptedPrivateKeyInfo begins with (RFC 5958). */
const ENCRYPTION = /^1\.2\.840\.113549\.1\.(5|12\.1)\./;

/** The whole, its parts, and the parts of these. */
const OUTLINE = 3;

/** What has more elements than this in its outline is none of the known things. */
const OUTLINE_ELEMENTS = 100;

/** Tells what some bytes are. Only an outline is looked at: a "certificate" may still be malformed. */
export function shapeOf(bytes: Buffer): Shape {
  if (isKeyStore(bytes)) return 'key-store';
  try {
    return shapeOfDer(parseDer(bytes, { levels: OUTLINE, elements: new Elements(fileElements(), OUTLINE_ELEMENTS) }));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return looksLikePrivateKey(bytes) ? 'private-key' : 'unknown';
  }
}

/**
 * PKCS#12 (a SEQUENCE that begins with version 3 and a ContentInfo, RFC 7292; often not DER, with indefinite lengths), and
 * Java's JKS and JCEKS by their magic numbers.
 */
function isKeyStore(bytes: Buffer): boolean {
  const magic = bytes.subarray(0, 4).toString('hex');
  if (magic === 'feedfeed' || magic === 'cececece') return true;
  const inside = skipHeader(bytes);
  return inside?.subarray(0, 4).toString('hex') === '02010330';
}

/** PKCS#1, PKCS#8 and SEC 1 private keys begin with version 0 or 1; for such that are cut off or have bytes behind them. */
function looksLikePrivateKey(bytes: Buffer): boolean {
  const start = skipHeader(bytes)?.subarray(0, 4).toString('hex') ?? '';
  return /^0201(0030|0002|0104)/.test(start);
}

function skipHeader(bytes: Buffer): Buffer | undefined {
  const length = bytes[1];
  if (bytes[0] !== sequence || length === undefined) return undefined;
  return bytes.subarray(length > 0x80 ? 2 + (length & 0x7f) : 2);
}

function shapeOfDer(node: DerNode): Shape {
  const [first, second, third] = node.children;
  const outline = node.children.map((child) => child.tag);
  if (node.tag !== sequence || first === undefined) return 'unknown';
  if (isPrivateKey(node.children)) return 'private-key';
  if (first.tag === oid && second?.tag === contextConstructed(0))
    return oidText(first.content, '') === SIGNED_DATA ? 'pkcs7' : 'unknown';
  if (outline.length === 2 && first.tag === sequence && second?.tag === bitString) return 'public-key';
  if (outline.length !== 3 || first.tag !== sequence || second?.tag !== sequence || third?.tag !== bitString)
    return 'unknown';
  return shapeOfSigned(first);
}

function isPrivateKey(fields: readonly DerNode[]): boolean {
  const [first, second, third] = fields;
  if (first?.tag === integer && second?.tag === sequence && third?.tag === octetString) return true;
  if (first?.tag === integer && second?.tag === octetString) return true;
  if (first?.tag === integer && fields.length >= 5 && fields.every((each) => each.tag === integer)) return true;
  const scheme = first?.children[0];
  const encrypted =
    first?.tag === sequence && scheme?.tag === oid && second?.tag === octetString && fields.length === 2;
  return encrypted && ENCRYPTION.test(oidText(scheme.content, ''));
}

/** A certificate, a certificate request (RFC 2986) and a CRL (RFC 5280 5.1) are all signed; their first parts differ. */
function shapeOfSigned(signed: DerNode): Shape {
  const tags = signed.children.map((child) => child.tag);
  const fromSerial = tags[0] === contextConstructed(0) ? tags.slice(1) : tags;
  if (fromSerial[0] === integer && fromSerial.slice(1, 5).every((tag) => tag === sequence) && fromSerial.length >= 6)
    return 'certificate';
  if (tags[0] === integer && tags[1] === sequence && tags[2] === sequence && isAttributes(tags[3])) return 'request';
  const fromAlgorithm = tags[0] === integer ? tags.slice(1) : tags;
  const isTime = fromAlgorithm[2] === TAG.utcTime || fromAlgorithm[2] === TAG.generalizedTime;
  return fromAlgorithm[0] === sequence && fromAlgorithm[1] === sequence && isTime ? 'crl' : 'unknown';
}

function isAttributes(tag: number | undefined): boolean {
  return tag === undefined || tag === contextConstructed(0) || tag === context(0);
}
