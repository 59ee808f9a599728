import { normalForm } from '../../lib/text.ts';

/**
 * Prepares an attribute value for comparison: RFC 4518 section 2 as RFC 5280 7.1 asks for it, with NFKC, case folding and
 * insignificant space. Undefined when the text has a character that RFC 4518 2.4 prohibits, or combining marks beyond any language: it
 * then equals nothing but itself.
 */
export function prepare(text: string): string | undefined {
  if (PLAIN.test(text)) return squeeze(text.toLowerCase());
  const mapped = text.replace(MAPPED_TO_NOTHING, '').replace(MAPPED_TO_SPACE, ' ');
  const composed = normalForm(mapped, 'NFKC');
  const folded = composed === undefined ? undefined : normalForm(foldCase(composed), 'NFKC');
  if (folded === undefined || PROHIBITED.test(folded)) return undefined;
  return squeeze(folded);
}

/** Printable ASCII, in which nothing is mapped, composed or prohibited. */
const PLAIN = /^[\x20-\x7e]*$/;

/** RFC 4518 2.6.1: insignificant space. */
function squeeze(text: string): string {
  return text.replace(/ {2,}/g, ' ').replace(/^ | $/g, '');
}

/** RFC 4518 2.2, characters that are dropped: soft hyphens, joiners, variation selectors, controls, tags. */
const MAPPED_TO_NOTHING = new RegExp(
  '[' +
    '\\u00AD\\u1806\\u034F\\u180B-\\u180D\\uFE00-\\uFE0F\\uFFFC\\u200B' +
    '\\u0000-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u06DD\\u070F\\u180E' +
    '\\u200C-\\u200F\\u202A-\\u202E\\u2060-\\u2063\\u206A-\\u206F\\uFEFF\\uFFF9-\\uFFFB' +
    '\\u{1D173}-\\u{1D17A}\\u{E0001}\\u{E0020}-\\u{E007F}' +
    ']',
  'gu',
);

/** RFC 4518 2.2, characters that become a space; U+FEFF, which is white space here, is gone by then. */
const MAPPED_TO_SPACE = /[\s\u0085]/gu;

/** RFC 4518 2.4: unassigned, private use, surrogates, the replacement character; the others listed there are gone by then. */
const PROHIBITED = /[\p{Cn}\p{Co}\p{Cs}\uFFFD]/u;

/**
 * Folds case. A sigma at the end of a word is the same as any other, and dotless i is left alone: it has no folding, though its
 * upper case is I.
 */
function foldCase(text: string): string {
  const parts = text.split('\u0131').map((part) => part.toUpperCase().toLowerCase());
  return parts.join('\u0131').replaceAll('\u03c2', '\u03c3');
}
