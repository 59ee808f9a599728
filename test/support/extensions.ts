import { createHash, type KeyObject } from 'node:crypto';
import { OctetString } from '@peculiar/asn1-schema';
import { Extension } from '@peculiar/asn1-x509';
import { derSequence, derTlv, oidBytes } from './der.ts';

/** An extension with its value (the DER inside the OCTET STRING). */
export interface RawExtension {
  readonly oid: string;
  readonly critical?: boolean;
  readonly value: Buffer;
}

/** As the library's object. */
export function extension({ oid, critical = false, value }: RawExtension): Extension {
  return new Extension({ extnID: oid, critical, extnValue: new OctetString(new Uint8Array(value).buffer) });
}

const BOOLEAN_TRUE = Buffer.from('0101ff', 'hex');

/** An INTEGER that is not negative. */
export function integer(value: number, tag = 0x02): Buffer {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return derTlv(tag, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), octets]) : octets);
}

/** Basic constraints, critical. */
export function basicConstraints(isCa: boolean, pathLength?: number): RawExtension {
  const fields = [...(isCa ? [BOOLEAN_TRUE] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])];
  return { oid: '2.5.29.19', critical: true, value: derSequence(...fields) };
}

const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
];

/** Key usage, critical. */
export function keyUsage(names: readonly string[]): RawExtension {
  const octet = names.reduce((sum, name) => sum | (0x80 >> USAGES.indexOf(name)), 0);
  const unused = octet === 0 ? 0 : 31 - Math.clz32(octet & -octet);
  const bits = octet === 0 ? Buffer.from([0]) : Buffer.from([unused, octet]);
  return { oid: '2.5.29.15', critical: true, value: derTlv(0x03, bits) };
}

/** Subject and authority key identifiers. */
export function keyIdentifiers(own: KeyObject, issuer: KeyObject): readonly RawExtension[] {
  return [
    { oid: '2.5.29.14', value: derTlv(0x04, identifier(own)) },
    { oid: '2.5.29.35', value: derSequence(derTlv(0x80, identifier(issuer))) },
  ];
}

const identifiers = new WeakMap<KeyObject, Buffer>();

function identifier(key: KeyObject): Buffer {
  const known = identifiers.get(key);
  if (known !== undefined) return known;
  const made = createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
  identifiers.set(key, made);
  return made;
}

/** An extension that nobody knows. */
export function unknownExtension(critical: boolean): RawExtension {
  return { oid: '1.3.6.1.4.1.99999.1', critical, value: Buffer.from('0500', 'hex') };
}

/** GeneralNames, each as DER. */
export const generalName = {
  email: (text: string) => derTlv(0x81, Buffer.from(text, 'latin1')),
  dns: (text: string) => derTlv(0x82, Buffer.from(text, 'latin1')),
  uri: (text: string) => derTlv(0x86, Buffer.from(text, 'latin1')),
  /** Four or sixteen octets; with the mask eight or thirty-two. */
  ip: (...octets: readonly number[]) => derTlv(0x87, Buffer.from(octets)),
  directory: (nameDer: Buffer) => derTlv(0xa4, nameDer),
  registeredId: (oid: string) => derTlv(0x88, oidBytes(oid).subarray(2)),
};

/** Subject alternative names. */
export function subjectAltName(...names: readonly Buffer[]): RawExtension {
  return { oid: '2.5.29.17', value: derSequence(...names) };
}

/** Name constraints, critical. */
export function nameConstraints(permitted: readonly Buffer[], excluded: readonly Buffer[] = []): RawExtension {
  const trees = (tag: number, bases: readonly Buffer[]) =>
    bases.length === 0 ? [] : [derTlv(tag, Buffer.concat(bases.map((base) => derSequence(base))))];
  return { oid: '2.5.29.30', critical: true, value: derSequence(...trees(0xa0, permitted), ...trees(0xa1, excluded)) };
}

/** Certificate policies. */
export function policies(...oids: readonly string[]): RawExtension {
  return { oid: '2.5.29.32', value: derSequence(...oids.map((oid) => derSequence(oidBytes(oid)))) };
}

/** Policy mappings, critical: issuer's policy to subject's. */
export function policyMappings(...pairs: readonly (readonly [string, string])[]): RawExtension {
  const mappings = pairs.map(([from, to]) => derSequence(oidBytes(from), oidBytes(to)));
  return { oid: '2.5.29.33', critical: true, value: derSequence(...mappings) };
}

/** Policy constraints, critical. */
export function policyConstraints(limits: { require?: number; inhibit?: number }): RawExtension {
  const require = limits.require === undefined ? [] : [integer(limits.require, 0x80)];
  const inhibit = limits.inhibit === undefined ? [] : [integer(limits.inhibit, 0x81)];
  return { oid: '2.5.29.36', critical: true, value: derSequence(...require, ...inhibit) };
}

/** Inhibit any-policy, critical. */
export function inhibitAnyPolicy(skip: number): RawExtension {
  return { oid: '2.5.29.54', critical: true, value: integer(skip) };
}
