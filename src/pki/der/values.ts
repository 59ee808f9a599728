import { isBitString, isObjectIdentifier, isShortestInteger } from './check.ts';
import { malformed } from './malformed.ts';
import type { DerNode } from './node.ts';
import { TAG } from './tags.ts';

/** Object identifiers longer than this are nobody's; printing their numbers would take quadratic time. */
const MAX_OID_OCTETS = 128;

/** The element itself when it has this tag; otherwise refuses, naming the field. */
export function expectTag(node: DerNode | undefined, tag: number, part: string): DerNode {
  return node !== undefined && node.tag === tag ? node : malformed(part);
}

/** The elements of a SEQUENCE. */
export function sequenceOf(node: DerNode | undefined, part: string): readonly DerNode[] {
  return expectTag(node, TAG.sequence, part).children;
}

/** The one element inside an EXPLICIT tag. */
export function onlyChild(node: DerNode, part: string): DerNode {
  const [child, ...others] = node.children;
  return child !== undefined && others.length === 0 ? child : malformed(part);
}

/** An OBJECT IDENTIFIER in dotted form. */
export function readOid(node: DerNode | undefined, part: string): string {
  return oidText(expectTag(node, TAG.oid, part).content, part);
}

/** The dotted form of the content octets of an OBJECT IDENTIFIER. */
export function oidText(content: Buffer, part: string): string {
  if (content.length > MAX_OID_OCTETS || !isObjectIdentifier(content)) malformed(part);
  const [head = 0, ...rest] = subidentifiers(content);
  if (typeof head === 'bigint') return [2, head - 80n, ...rest].join('.');
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join('.');
}

/** Seven bits an octet, all but the last of a number marked (X.690 8.19.2). Numbers that would not be exact become big ones. */
function subidentifiers(content: Buffer): (number | bigint)[] {
  const numbers: (number | bigint)[] = [];
  let value: number | bigint = 0;
  for (const octet of content) {
    const low = octet & 0x7f;
    value = value < EXACT ? Number(value) * 128 + low : BigInt(value) * 128n + BigInt(low);
    if ((octet & 0x80) !== 0) continue;
    numbers.push(value);
    value = 0;
  }
  return numbers;
}

/** Up to here seven more bits keep a number exact. */
const EXACT = 2 ** 46;

/** The content octets of a BIT STRING that holds whole octets. */
export function readWholeBits(node: DerNode | undefined, part: string): Buffer {
  const content = expectTag(node, TAG.bitString, part).content;
  return content[0] === 0 ? content.subarray(1) : malformed(part);
}

/** The numbers of the bits that are set in a BIT STRING with named bits, whose last bit is therefore one (X.690 11.2.2). */
export function readNamedBits(node: DerNode, part: string): readonly number[] {
  const content = expectTag(node, TAG.bitString, part).content;
  const unused = content[0] ?? 0;
  if (!isBitString(content) || (content.length > 1 && (((content.at(-1) ?? 0) >> unused) & 1) === 0)) malformed(part);
  const bits: number[] = [];
  for (const [index, octet] of content.subarray(1, 33).entries()) {
    for (let bit = 0; bit < 8; bit += 1) if ((octet & (0x80 >> bit)) !== 0) bits.push(index * 8 + bit);
  }
  return bits;
}

/** A whole number that is not negative, from the content octets of an INTEGER; larger ones than 2^31-1 are read as that. */
export function readCount(content: Buffer, part: string): number {
  if (!isShortestInteger(content) || (content[0] ?? 0x80) >= 0x80) malformed(part);
  const digits = content[0] === 0 ? content.subarray(1) : content;
  const value = digits.length > 4 ? Number.MAX_SAFE_INTEGER : Number.parseInt(digits.toString('hex') || '0', 16);
  return Math.min(value, 0x7fffffff);
}

/** The content octets of an INTEGER as lower-case hex, with a minus sign where it is negative. */
export function integerHex(content: Buffer): string {
  const hex = content.toString('hex');
  if ((content[0] ?? 0) < 0x80) return hex.replace(/^00(?=..)/, '');
  return `-${((1n << BigInt(content.length * 8)) - BigInt(`0x${hex}`)).toString(16)}`;
}

/** A BOOLEAN. */
export function readBoolean(node: DerNode, part: string): boolean {
  return expectTag(node, TAG.boolean, part).content[0] === 0xff;
}
