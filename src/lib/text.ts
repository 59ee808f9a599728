/** Trims, and folds every run of white space to one space (Unicode NFC). */
export function foldSpace(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** The form under which texts are the same "case-insensitively": NFKC, case folded, white space folded. */
export function caseKey(text: string): string {
  return foldSpace(text.normalize('NFKC')).toUpperCase().toLowerCase();
}
