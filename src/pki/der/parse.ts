import { checkPrimitive, checkSetOrder } from './check.ts';
import { Elements } from './elements.ts';
import { type Header, readHeader } from './header.ts';
import { Malformed } from './malformed.ts';
import { DerNode } from './node.ts';
import { TAG } from './tags.ts';

/** No structure of X.509 comes near this depth; deeper nesting only serves to exhaust the reader. */
export const MAX_DEPTH = 32;

export interface ParseLimits {
  /** Only the outline down to this level is read; what lies below is not looked at. */
  readonly levels?: number;
  /** What may still be read; 20 000 elements unless given. */
  readonly elements?: Elements;
}

/**
 * Reads exactly one DER element, with all that is inside it, by the strict rules of X.690: shortest definite lengths, one
 * encoding for every value, sorted SET OF. Refuses trailing bytes, BER forms, nesting deeper than 32 and too many elements.
 */
export function parseDer(bytes: Buffer, { levels = Infinity, elements = new Elements() }: ParseLimits = {}): DerNode {
  const header = readHeader(bytes, 0, bytes.length);
  if (header.end !== bytes.length) {
    throw new Malformed('certificate-trailing-bytes', { count: bytes.length - header.end });
  }
  return readNode(bytes, header, 1, { levels, elements });
}

function readNode(bytes: Buffer, header: Header, depth: number, limits: Required<ParseLimits>): DerNode {
  limits.elements.count();
  if (depth > MAX_DEPTH) throw new Malformed('certificate-too-deep', { limit: MAX_DEPTH });
  if ((header.tag & 0x20) === 0) return leaf(bytes, header);
  checkConstructed(header);
  const node = new DerNode(
    bytes,
    header,
    depth < limits.levels ? readChildren(bytes, header, depth, limits) : NO_CHILDREN,
  );
  if (node.tag === TAG.set) checkSetOrder(node);
  return node;
}

function readChildren(bytes: Buffer, header: Header, depth: number, limits: Required<ParseLimits>): readonly DerNode[] {
  const children: DerNode[] = [];
  for (let at = header.contentStart; at < header.end; ) {
    const child = readHeader(bytes, at, header.end);
    children.push(readNode(bytes, child, depth + 1, limits));
    at = child.end;
  }
  return children;
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
