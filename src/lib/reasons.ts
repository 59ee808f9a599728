/**
 * One reason why something is refused: the code people can look up, the key of its wording
 * (`reasons.<name>` or, for certificates, `faults.<name>` in the catalogue: title?, text, next?), what was compared, and the field
 * of the form it belongs to. Instants in `data` are UTC ms under keys that end in "At". `cure` is the path of the page on which it can be
 * put right, where there is one, worded as `reasons.<name>.cure`.
 */
export interface Reason {
  readonly code: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly field?: string;
  readonly cure?: string;
}
