/** One element of DER: identifier, length, content. Positions point into the bytes it was read from. */
export class DerNode {
  readonly tag: number;
  readonly children: readonly DerNode[];
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
  readonly #source: Buffer;

  constructor(
    source: Buffer,
    at: { tag: number; start: number; contentStart: number; end: number },
    children: readonly DerNode[],
  ) {
    this.#source = source;
    this.tag = at.tag;
    this.start = at.start;
    this.contentStart = at.contentStart;
    this.end = at.end;
    this.children = children;
  }

  /** The whole element, as it stood. */
  get der(): Buffer {
    return this.#source.subarray(this.start, this.end);
  }

  /** The content octets alone. */
  get content(): Buffer {
    return this.#source.subarray(this.contentStart, this.end);
  }
}
