import { Malformed, malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { expectTag, onlyChild, readBoolean, readOid, sequenceOf } from '../der/values.ts';

/** One extension as it stands (RFC 5280 4.1); `value` is the DER inside the OCTET STRING. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Extensions that this portal reads, by their object identifiers (RFC 5280 4.2.1). */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;

/** What the path validation processes; any other critical extension refuses the certificate (rules 4). */
export const PROCESSED: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.nameConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.inhibitAnyPolicy,
  EXTENSION.extendedKeyUsage,
]);

const PART = 'extensions';

/** Reads the extensions of a certificate: `[3] EXPLICIT SEQUENCE`, at least one, none twice. */
export function readExtensions(node: DerNode | undefined): readonly Extension[] {
  if (node === undefined) return Object.freeze([]);
  const list = sequenceOf(onlyChild(expectTag(node, contextConstructed(3), PART), PART), PART);
  if (list.length === 0) malformed(PART);
  const seen = new Set<string>();
  return Object.freeze(
    list.map((each) => {
      const extension = readExtension(each);
      if (seen.has(extension.oid)) throw new Malformed('certificate-repeated-extension', { extension: extension.oid });
      seen.add(extension.oid);
      return extension;
    }),
  );
}

function readExtension(node: DerNode): Extension {
  const fields = sequenceOf(node, PART);
  const [oid, second, third] = fields;
  if (second === undefined || fields.length > 3) malformed(PART);
  const value = expectTag(third ?? second, TAG.octetString, PART).content;
  // X.690 11.5: the default, FALSE, is not written.
  const critical = third !== undefined && (readBoolean(second, PART) || malformed(PART));
  return Object.freeze({ oid: readOid(oid, PART), critical, value });
}

/** The critical extensions that nothing here processes, by object identifier. */
export function unprocessedCritical(extensions: readonly Extension[]): readonly string[] {
  return Object.freeze(extensions.filter((each) => each.critical && !PROCESSED.has(each.oid)).map((each) => each.oid));
}
