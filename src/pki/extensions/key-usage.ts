import { malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { TAG } from '../der/tags.ts';
import { readNamedBits, readOid, sequenceOf } from '../der/values.ts';

const BITS = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof BITS)[number];

/** Reads KeyUsage (RFC 5280 4.2.1.3); bits without a name are passed over. */
export function readKeyUsage(value: DerNode): readonly KeyUsage[] {
  const bits = readNamedBits(value, 'keyUsage');
  return Object.freeze(bits.map((bit) => BITS[bit]).filter((name) => name !== undefined));
}

/** The uses for showing. */
export function showKeyUsage(usage: readonly KeyUsage[]): string {
  return usage.join(', ') || '–';
}

/** Reads ExtKeyUsageSyntax (RFC 5280 4.2.1.12): purposes by object identifier. They are shown and restrict nothing (rules 4). */
export function readExtendedKeyUsage(value: DerNode): readonly string[] {
  const purposes = sequenceOf(value, 'extKeyUsage').map((each) => readOid(each, 'extKeyUsage'));
  return purposes.length > 0 ? Object.freeze(purposes) : malformed('extKeyUsage');
}

/** Reads SubjectKeyIdentifier (RFC 5280 4.2.1.2) as lower-case hex. */
export function readSubjectKeyId(value: DerNode): string {
  return value.tag === TAG.octetString ? value.content.toString('hex') : malformed('subjectKeyIdentifier');
}

/** Reads the keyIdentifier of AuthorityKeyIdentifier (RFC 5280 4.2.1.1) as lower-case hex, where it has one. */
export function readAuthorityKeyId(value: DerNode): string | undefined {
  const fields = sequenceOf(value, 'authorityKeyIdentifier');
  return fields[0]?.tag === 0x80 ? fields[0].content.toString('hex') : undefined;
}
