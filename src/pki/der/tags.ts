/** Identifier octets (X.690 8.1.2): class, primitive or constructed, and number in one octet. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A context-specific tag: `[number]`, primitive. */
export function context(number: number): number {
  return 0x80 | number;
}

/** A context-specific tag: `[number]`, constructed. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}
