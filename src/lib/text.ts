/**
 * Thirty combining marks in a row are in nobody's language, and putting longer rows into canonical order takes quadratic time (Unicode
 * UAX #15, section 13, "Stream-Safe Text Format"). The two halfwidth marks become combining ones under NFKC.
 */
const TOO_MANY_MARKS = /[\p{M}\uFF9E\uFF9F]{31}/u;

/** The normal form of a text; undefined for one with more than thirty combining marks in a row, which no language has. */
export function normalForm(text: string, form: 'NFC' | 'NFKC'): string | undefined {
  return TOO_MANY_MARKS.test(text) ? undefined : text.normalize(form);
}

/** Trims, and folds every run of white space to one space (Unicode NFC; a text that has no normal form stays as it is written). */
export function foldSpace(text: string): string {
  return (normalForm(text, 'NFC') ?? text).trim().replace(/\s+/gu, ' ');
}

/** The form under which texts are the same "case-insensitively": NFKC, case folded, white space folded. */
export function caseKey(text: string): string {
  return foldSpace(normalForm(text, 'NFKC') ?? text)
    .toUpperCase()
    .toLowerCase();
}
