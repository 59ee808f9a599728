import { AsnConvert } from '@peculiar/asn1-schema';
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';

const OIDS: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
};

export type StringKind =
  | 'utf8String'
  | 'printableString'
  | 'teletexString'
  | 'bmpString'
  | 'universalString'
  | 'ia5String';

/** One attribute: type, value, and the string type it is written in (UTF8String unless said; C and such as usual). */
export type AttributeSpec = readonly [type: string, value: string, kind?: StringKind];

/** A name as an object (one attribute after the other), or as a list of attributes and of sets of attributes. */
export type NameSpec =
  | Readonly<Record<string, string | readonly string[]>>
  | readonly (AttributeSpec | readonly AttributeSpec[])[];

/** Composes a Name. */
export function makeName(spec: NameSpec): Name {
  if (Array.isArray(spec)) return new Name(spec.map(makeRdn));
  const entries = Object.entries(spec as Record<string, string | readonly string[]>);
  return new Name(entries.flatMap(([type, value]) => [value].flat().map((each) => makeRdn([type, each]))));
}

/** A Name from its DER. */
export function rawName(der: Buffer): Name {
  return AsnConvert.parse(new Uint8Array(der).buffer, Name);
}

function makeRdn(spec: AttributeSpec | readonly AttributeSpec[]): RelativeDistinguishedName {
  const attributes = (typeof spec[0] === 'string' ? [spec as AttributeSpec] : (spec as readonly AttributeSpec[])).map(
    makeAttribute,
  );
  const der = (each: AttributeTypeAndValue) => Buffer.from(AsnConvert.serialize(each));
  return new RelativeDistinguishedName(attributes.sort((one, other) => der(one).compare(der(other))));
}

function makeAttribute([type, value, kind]: AttributeSpec): AttributeTypeAndValue {
  const usual: StringKind =
    type === 'C' ? 'printableString' : type === 'DC' || type === 'emailAddress' ? 'ia5String' : 'utf8String';
  return new AttributeTypeAndValue({
    type: OIDS[type] ?? type,
    value: new AttributeValue({ [kind ?? usual]: value }),
  });
}

/** A distinguished name as pages show it; for names without a comma in a value. */
export function shownName(text: string): string {
  return text.replaceAll(',', ', ');
}
