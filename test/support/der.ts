/** Writes DER by hand, for what no library would write. Kept apart from the portal's own writer on purpose. */
export function derTlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 + octets.length]), octets, content]);
}

/** A SEQUENCE of elements. */
export function derSequence(...elements: readonly Buffer[]): Buffer {
  return derTlv(0x30, Buffer.concat(elements));
}

/** An OBJECT IDENTIFIER, whole. */
export function oidBytes(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  return derTlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const low = value % 128;
  const high = Math.floor(value / 128);
  return high === 0 ? [low] : [...base128(high).map((octet) => octet | 0x80), low];
}
