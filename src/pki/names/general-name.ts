import { malformed } from '../der/malformed.ts';
import type { DerNode } from '../der/node.ts';
import { context, contextConstructed, TAG } from '../der/tags.ts';
import { onlyChild } from '../der/values.ts';
import { type Name, readName } from './name.ts';

/** The forms whose constraints are processed (rules 4); a constraint on any other form is only known to be there. */
export type GeneralName =
  | { readonly form: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly form: 'directory'; readonly name: Name }
  | { readonly form: 'ip'; readonly octets: Buffer }
  | { readonly form: 'other'; readonly tag: number };

export type NameForm = GeneralName['form'];

/** Other forms: otherName, x400Address, ediPartyName, registeredID. */
const OTHER_FORMS = new Set([contextConstructed(0), contextConstructed(3), contextConstructed(5), context(8)]);

/** Reads a GeneralName (RFC 5280 4.2.1.6). */
export function readGeneralName(node: DerNode | undefined, part: string): GeneralName {
  if (node === undefined) return malformed(part);
  switch (node.tag) {
    case context(1):
      return { form: 'email', text: readAscii(node, part) };
    case context(2):
      return { form: 'dns', text: readAscii(node, part) };
    case context(6):
      return { form: 'uri', text: readAscii(node, part) };
    case context(7):
      return { form: 'ip', octets: node.content };
    case contextConstructed(4):
      return { form: 'directory', name: readName(onlyChild(node, part), part) };
    default:
      return OTHER_FORMS.has(node.tag) ? { form: 'other', tag: node.tag & 0x1f } : malformed(part);
  }
}

/** Reads GeneralNames: at least one. */
export function readGeneralNames(node: DerNode, part: string): readonly GeneralName[] {
  if (node.tag !== TAG.sequence || node.children.length === 0) malformed(part);
  return Object.freeze(node.children.map((child) => readGeneralName(child, part)));
}

/** How much there is to compare, next to an ordinary host name: the parts of a directory name, every 256 characters of a text. */
export function nameSize(name: GeneralName): number {
  if (name.form === 'directory') return Math.max(1, name.name.rdnKeys.length);
  return 'text' in name ? 1 + Math.floor(name.text.length / 256) : 1;
}

function readAscii(node: DerNode, part: string): string {
  const { content } = node;
  return content.every((octet) => octet < 0x80) ? content.toString('latin1') : malformed(part);
}
