import { malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { TAG } from '../der/tags.ts';
import { expectTag, readOid, sequenceOf } from '../der/values.ts';
import { prepare } from './prepare.ts';
import { readString } from './strings.ts';
import { ATTRIBUTE_NAMES, escapeValue, showText } from './text.ts';

/** A distinguished name. */
export interface Name {
  /** As it stands in the certificate. */
  readonly der: Buffer;
  /** For showing, most specific part first (RFC 4514): "CN=…,O=…"; control and bidi characters are made visible. */
  readonly text: string;
  /** For showing where room is short: the common name, else the organisation, else the whole. */
  readonly label: string;
  /** Two names match (RFC 5280 7.1) exactly when their keys are equal. */
  readonly key: string;
  /** The keys of the relative names, from the root of the name down; a name lies within another when it begins with it. */
  readonly rdnKeys: readonly string[];
  /** Every O, as written: compare it, but do not show it. */
  readonly organizations: readonly string[];
  /** The last CN, for showing. */
  readonly commonName: string | undefined;
  /** Every emailAddress in the name, as written (RFC 5280 4.2.1.10). */
  readonly emailAddresses: readonly string[];
}

interface Attribute {
  readonly type: string;
  readonly text: string | undefined;
  readonly der: Buffer;
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** Reads a Name (RFC 5280 4.1.2.4). */
export function readName(node: DerNode | undefined, part: string): Name {
  const rdns = sequenceOf(node, part).map((rdn) => readRdn(rdn, part));
  const der = node?.der ?? malformed(part);
  return rdns.length === 0 ? Object.freeze({ ...NO_NAME, der }) : describe(der, rdns);
}

const NONE: readonly string[] = Object.freeze([]);
const NO_NAME: Omit<Name, 'der'> = {
  text: '',
  label: '',
  key: '',
  rdnKeys: NONE,
  organizations: NONE,
  commonName: undefined,
  emailAddresses: NONE,
};

function describe(der: Buffer, rdns: readonly (readonly Attribute[])[]): Name {
  const attributes = rdns.flat();
  const text = rdns.toReversed().map(showRdn).join(',');
  const rdnKeys = Object.freeze(rdns.map(rdnKey));
  const commonName = valuesOf(attributes, COMMON_NAME).map(showText).at(-1);
  const organizations = valuesOf(attributes, ORGANIZATION);
  return Object.freeze({
    der,
    text,
    label: commonName || organizations.map(showText)[0] || text,
    key: rdnKeys.join('\n'),
    rdnKeys,
    organizations,
    commonName,
    emailAddresses: valuesOf(attributes, EMAIL_ADDRESS),
  });
}

function valuesOf(attributes: readonly Attribute[], type: string): readonly string[] {
  const found = attributes.filter((each) => each.type === type);
  return found.length === 0 ? NONE : Object.freeze(found.map((each) => each.text ?? ''));
}

function readRdn(node: DerNode, part: string): readonly Attribute[] {
  const attributes = expectTag(node, TAG.set, part).children.map((each) => readAttribute(each, part));
  return attributes.length > 0 ? attributes : malformed(part);
}

function readAttribute(node: DerNode, part: string): Attribute {
  const [type, value, ...others] = sequenceOf(node, part);
  if (value === undefined || others.length > 0) malformed(part);
  return { type: readOid(type, part), text: readString(value), der: value.der };
}

function showRdn(attributes: readonly Attribute[]): string {
  return attributes
    .map(({ type, text, der }) => {
      const shown = text === undefined ? `#${der.subarray(0, 100).toString('hex')}` : escapeValue(text);
      return `${ATTRIBUTE_NAMES[type] ?? type}=${shown}`;
    })
    .join('+');
}

/** The order within a relative name has no meaning, so its attributes are sorted. JSON keeps the parts apart. */
function rdnKey(attributes: readonly Attribute[]): string {
  return JSON.stringify(attributes.map(({ type, text, der }) => `${type}=${valueKey(text, der)}`).sort());
}

function valueKey(text: string | undefined, der: Buffer): string {
  const prepared = text === undefined ? undefined : prepare(text);
  return prepared === undefined ? `#${der.toString('hex')}` : `'${prepared}`;
}
