import { Malformed } from './malformed.ts';

/** Where one element lies: its identifier octet, and the first and the last-but-one positions. */
export interface Header {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/**
 * Reads identifier and length at `start`, in the strict form of X.690 10.1: definite, and as short as can be. The element must
 * end at or before `limit`. Tag numbers above 30 occur nowhere in X.509 and are refused.
 */
export function readHeader(bytes: Buffer, start: number, limit: number): Header {
  if (start + 2 > limit) throw new Malformed('certificate-cut-off', { offset: start });
  const tag = bytes.readUInt8(start);
  if ((tag & 0x1f) === 0x1f) throw new Malformed('certificate-not-der', { offset: start });
  const first = bytes.readUInt8(start + 1);
  if (first < 0x80) return bounded({ tag, start, contentStart: start + 2, end: start + 2 + first }, limit);
  return longForm(bytes, tag, start, first & 0x7f, limit);
}

function longForm(bytes: Buffer, tag: number, start: number, octets: number, limit: number): Header {
  if (octets === 0 || octets > 4) throw new Malformed('certificate-not-der', { offset: start });
  const contentStart = start + 2 + octets;
  if (contentStart > limit) throw new Malformed('certificate-cut-off', { offset: start });
  const length = bytes.readUIntBE(start + 2, octets);
  const shortest = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8);
  if (octets !== shortest) throw new Malformed('certificate-not-der', { offset: start });
  return bounded({ tag, start, contentStart, end: contentStart + length }, limit);
}

function bounded(header: Header, limit: number): Header {
  if (header.end > limit) throw new Malformed('certificate-cut-off', { offset: header.start });
  return header;
}
