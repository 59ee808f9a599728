/** In characters, of all templates in all languages: some 10 000 rows of a list. Twice as many bytes where letters are beyond Latin-1. */
const MOST_KEPT = 20_000_000;

interface Piece<Shown> {
  readonly shown: Shown;
  readonly text: string;
}

/** Pieces of pages that were put together, by template and language; all are forgotten when there are too many. */
export class KeptPieces<Shown> {
  readonly #kept = new Map<string, Map<string, Piece<Shown>>>();
  #length = 0;

  /** The piece under a key if it shows the same, or else a new one in its place. @param name the template and the language */
  get(
    name: string,
    key: string,
    shown: Shown,
    isSame: (one: Shown, other: Shown) => boolean,
    render: () => string,
  ): string {
    const known = this.#kept.get(name)?.get(key);
    if (known !== undefined && isSame(known.shown, shown)) return known.text;
    const text = render().trim();
    this.#length += text.length - (known?.text.length ?? -key.length);
    if (this.#length > MOST_KEPT) {
      this.#kept.clear();
      this.#length = key.length + text.length;
    }
    const pieces = this.#kept.get(name) ?? new Map<string, Piece<Shown>>();
    this.#kept.set(name, pieces);
    pieces.set(key, { shown, text });
    return text;
  }
}
