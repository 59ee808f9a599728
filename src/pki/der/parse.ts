import { checkPrimitive, checkSetOrder } from './check.ts';
import { type Header, readHeader } from './header.ts';
import { Malformed } from './malformed.ts';
import { DerNode } from './node.ts';
import { TAG } from './tags.ts';

/** No structure of X.509 comes near this depth; deeper nesting only serves to exhaust the reader. */
const MAX_DEPTH = 32;

/**
 * Reads exactly one DER element, with all that is inside it, by the strict rules of X.690: shortest definite lengths, one
 * encoding for every value, sorted SET OF. Refuses trailing bytes, BER forms, and nesting deeper than 32.
 */
export function parseDer(bytes: Buffer): DerNode {
  const header = readHeader(bytes, 0, bytes.length);
  if (header.end !== bytes.length)
    throw new Malformed('certificate-trailing-bytes', { count: bytes.length - header.end });
  return readNode(bytes, header, 1);
}

function readNode(bytes: Buffer, header: Header, depth: number): DerNode {
  if (depth > MAX_DEPTH) throw new Malformed('certificate-too-deep', { limit: MAX_DEPTH });
  if ((header.tag & 0x20) === 0) return leaf(bytes, header);
  checkConstructed(header);
  const children: DerNode[] = [];
  for (let at = header.contentStart; at < header.end; ) {
    const child = readHeader(bytes, at, header.end);
    children.push(readNode(bytes, child, depth + 1));
    at = child.end;
  }
  const node = new DerNode(bytes, header, children);
  if (node.tag === TAG.set) checkSetOrder(node);
  return node;
}

const NO_CHILDREN: readonly DerNode[] = Object.freeze([]);

function leaf(bytes: Buffer, header: Header): DerNode {
  const node = new DerNode(bytes, header, NO_CHILDREN);
  checkPrimitive(node);
  return node;
}

/** Of the universal types only SEQUENCE and SET are constructed in DER (X.690 10.2). */
function checkConstructed(header: Header): void {
  const universal = (header.tag & 0xc0) === 0;
  if (universal && header.tag !== TAG.sequence && header.tag !== TAG.set) {
    throw new Malformed('certificate-not-der', { offset: header.start });
  }
}
