/** In characters, of each template in each language: some 5000 rows of a list. Twice as many bytes where letters are beyond Latin-1. */
const MOST_KEPT = 10_000_000;

/** Pieces of pages that were put together, until there are too many. */
class KeptPieces<Shown> {
  readonly #pieces = new Map<string, { readonly shown: Shown; readonly text: string }>();
  #length = 0;

  /** The piece under a key if it shows the same, or else a new one in its place. */
  get(key: string, shown: Shown, isSame: (one: Shown, other: Shown) => boolean, render: () => string): string {
    const known = this.#pieces.get(key);
    if (known !== undefined && isSame(known.shown, shown)) return known.text;
    const text = render().trim();
    this.#pieces.set(key, { shown, text });
    this.#length += text.length - (known?.text.length ?? -key.length);
    if (this.#length > MOST_KEPT) {
      this.#pieces.clear();
      this.#length = 0;
    }
    return text;
  }
}

/** What is kept of each template in each language. */
export function keptIn<Shown>(): (path: string, lang: string) => KeptPieces<Shown> {
  const kept = new Map<string, KeptPieces<Shown>>();
  return (path, lang) => {
    const name = `${lang} ${path}`;
    const pieces = kept.get(name) ?? new KeptPieces<Shown>();
    kept.set(name, pieces);
    return pieces;
  };
}
