import type { DerNode } from '../der/node.ts';
import { TAG } from '../der/tags.ts';

/**
 * The text of a string type, or undefined when the element is none. TeletexString is read as ISO 8859-1, as everybody writes
 * it (rules 4).
 */
export function readString(node: DerNode): string | undefined {
  switch (node.tag) {
    case TAG.utf8String:
      return node.content.toString('utf8');
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.numericString:
    case TAG.visibleString:
    case TAG.teletexString:
      return node.content.toString('latin1');
    case TAG.bmpString:
      return Buffer.from(node.content).swap16().toString('utf16le');
    case TAG.universalString:
      return fromUtf32(node.content);
    default:
      return undefined;
  }
}

function fromUtf32(content: Buffer): string {
  const chars: string[] = [];
  for (let at = 0; at < content.length; at += 4) {
    const point = content.readUInt32BE(at);
    chars.push(point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point));
  }
  return chars.join('');
}
