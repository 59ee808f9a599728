import { hash } from 'node:crypto';
import { Elements, type FileElements } from './der/elements.ts';
import { catchMalformed, Malformed, malformed, type Read } from './der/malformed.ts';
import type { DerNode } from './der/node.ts';
import { parseDer } from './der/parse.ts';
import { context, contextConstructed, TAG } from './der/tags.ts';
import { readTime } from './der/time.ts';
import { expectTag, integerHex, onlyChild, readCount, readWholeBits, sequenceOf } from './der/values.ts';
import { type Extension, readExtensions } from './extensions/extension.ts';
import { type ExtensionValues, readExtensionValues } from './extensions/index.ts';
import { type PublicKeyInfo, readPublicKey } from './key.ts';
import { type Name, readName } from './names/name.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** An X.509 certificate (RFC 5280 4.1) as plain, frozen data, together with what its extensions say. */
export interface Certificate extends ExtensionValues {
  readonly der: Buffer;
  /** SHA-256 of `der`, lower-case hex. */
  readonly fingerprint: string;
  /** 1 to 3 as people count, that is one more than what is written. */
  readonly version: number;
  /** Lower-case hex, with a minus sign where it is negative. */
  readonly serialNumber: string;
  readonly issuer: Name;
  readonly subject: Name;
  /** UTC ms; both instants are inside the validity. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: PublicKeyInfo;
  readonly signature: { readonly algorithm: SignatureAlgorithm; readonly value: Buffer };
  /** The signed bytes: the TBSCertificate, DER. */
  readonly tbs: Buffer;
  /** Issuer and subject are the same name (RFC 5280 3.2); says nothing about who signed. */
  readonly selfIssued: boolean;
  readonly extensions: readonly Extension[];
}

/**
 * Reads one certificate from DER. Refuses with KER-PCM-001 what is not strict DER, has trailing bytes, a repeated or
 * malformed extension, or a signature algorithm that differs inside and outside (rules 1).
 */
export function readCertificate(der: Buffer, file?: FileElements): Read<Certificate> {
  return catchMalformed(() => decodeCertificate(Buffer.from(der), new Elements(file)));
}

function decodeCertificate(der: Buffer, elements: Elements): Certificate {
  const [tbs, algorithm, signature, ...others] = sequenceOf(parseDer(der, { elements }), 'Certificate');
  if (tbs === undefined || others.length > 0) malformed('Certificate');
  const { inner, ...fields } = decodeTbs(tbs);
  if (algorithm === undefined || !inner.der.equals(algorithm.der)) throw new Malformed('certificate-algorithms-differ');
  const value = readWholeBits(signature, 'signatureValue');
  return Object.freeze({
    der,
    fingerprint: hash('sha256', der, 'hex'),
    ...fields,
    ...readExtensionValues(fields.extensions, elements),
    signature: Object.freeze({ algorithm: readSignatureAlgorithm(algorithm), value }),
    tbs: tbs.der,
  });
}

function decodeTbs(tbs: DerNode) {
  const fields = [...sequenceOf(tbs, 'tbsCertificate')];
  const version = fields[0]?.tag === contextConstructed(0) ? readVersion(fields.shift()) : 1;
  const [serial, inner, issuerNode, validity, subjectNode, spki, ...rest] = fields;
  const [notBefore, notAfter, ...moreTimes] = sequenceOf(validity, 'validity');
  if (inner === undefined || moreTimes.length > 0) malformed('validity');
  const issuer = readName(issuerNode, 'issuer');
  const subject = readName(subjectNode, 'subject');
  if (issuer.rdnKeys.length === 0) malformed('issuer');
  return {
    inner,
    version,
    serialNumber: integerHex(expectTag(serial, TAG.integer, 'serialNumber').content),
    issuer,
    subject,
    selfIssued: issuer.key === subject.key,
    notBefore: readTime(notBefore, 'notBefore'),
    notAfter: readTime(notAfter, 'notAfter'),
    key: readPublicKey(spki),
    extensions: readExtensions(afterUniqueIds(rest)),
  };
}

/** Version 1, the default, may not be written in DER; it is read all the same, because version 1 is refused with a better reason. */
function readVersion(node: DerNode | undefined): number {
  const number = node === undefined ? undefined : onlyChild(node, 'version');
  return readCount(expectTag(number, TAG.integer, 'version').content, 'version') + 1;
}

/** The unique identifiers (RFC 5280 4.1.2.8) are passed over; the extensions come last. */
function afterUniqueIds(rest: DerNode[]): DerNode | undefined {
  if (rest[0]?.tag === context(1)) rest.shift();
  if (rest[0]?.tag === context(2)) rest.shift();
  const [extensions, ...others] = rest;
  return others.length > 0 ? malformed('tbsCertificate') : extensions;
}
