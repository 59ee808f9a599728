import { TAG } from './tags.ts';

/** One DER element of this tag and content. */
export function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

/** A SEQUENCE of elements that are DER already. */
export function sequence(...elements: readonly Buffer[]): Buffer {
  return tlv(TAG.sequence, Buffer.concat(elements));
}

/** A BIT STRING of whole octets. */
export function bitString(octets: Buffer): Buffer {
  return tlv(TAG.bitString, Buffer.concat([Buffer.from([0]), octets]));
}

function length(count: number): Buffer {
  if (count < 0x80) return Buffer.from([count]);
  const digits = Buffer.alloc(4);
  digits.writeUInt32BE(count);
  const short = digits.subarray(digits.findIndex((digit) => digit !== 0));
  return Buffer.concat([Buffer.from([0x80 | short.length]), short]);
}
