import { isAscii, isUtf8 } from 'node:buffer';
import { Malformed } from './malformed.ts';
import type { DerNode } from './node.ts';
import { TAG } from './tags.ts';

/** The one encoding that DER allows for each primitive universal type; context-specific ones are checked by who reads them. */
const CHECKS: Readonly<Record<number, (content: Buffer) => boolean>> = {
  [TAG.boolean]: (content) => content.length === 1 && (content[0] === 0x00 || content[0] === 0xff),
  [TAG.integer]: isShortestInteger,
  [TAG.bitString]: isBitString,
  [TAG.null]: (content) => content.length === 0,
  [TAG.oid]: isObjectIdentifier,
  [TAG.utf8String]: isUtf8,
  [TAG.ia5String]: isAscii,
  [TAG.bmpString]: (content) => content.length % 2 === 0,
  [TAG.universalString]: (content) => content.length % 4 === 0,
  [TAG.sequence & ~0x20]: () => false,
  [TAG.set & ~0x20]: () => false,
  0: () => false,
};

/** Refuses a primitive element that is not in its one DER form. */
export function checkPrimitive(node: DerNode): void {
  const check = CHECKS[node.tag];
  if (check !== undefined && !check(node.content)) throw new Malformed('certificate-not-der', { offset: node.start });
}

/** Refuses a SET OF whose elements are not sorted by their encoding (X.690 11.6); nothing in X.509 is a plain SET. */
export function checkSetOrder(node: DerNode): void {
  for (const [index, child] of node.children.entries()) {
    const before = node.children[index - 1];
    if (before !== undefined && before.der.compare(child.der) > 0) {
      throw new Malformed('certificate-not-der', { offset: node.start });
    }
  }
}

/** X.690 8.3.2: the first nine bits are not all equal. */
export function isShortestInteger(content: Buffer): boolean {
  const first = content[0];
  const second = content[1];
  if (first === undefined) return false;
  if (second === undefined) return true;
  return !((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** X.690 8.6.2 and 11.2.1: a count of unused bits below 8, and these bits are zero. */
export function isBitString(content: Buffer): boolean {
  const unused = content[0];
  if (unused === undefined || unused > 7) return false;
  if (content.length === 1) return unused === 0;
  return ((content.at(-1) ?? 0) & ((1 << unused) - 1)) === 0;
}

/** X.690 8.19.2: no subidentifier begins with 0x80, the last one is complete. */
export function isObjectIdentifier(content: Buffer): boolean {
  if (content.length === 0 || ((content.at(-1) ?? 0x80) & 0x80) !== 0) return false;
  return content.every((octet, index) => octet !== 0x80 || ((content[index - 1] ?? 0) & 0x80) !== 0);
}
