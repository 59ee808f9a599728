import { Malformed } from './malformed.ts';

/** No real certificate comes near this number of elements, in itself and in its extensions. */
export const MAX_ELEMENTS = 20_000;

/** Nor do a hundred real ones come near this number together. */
export const MAX_ELEMENTS_PER_FILE = 40_000;

/** How many elements may still be read of one file. */
export interface FileElements {
  left: number;
}

/** For one file; give the same one to the readers of all that is in it. */
export function fileElements(): FileElements {
  return { left: MAX_ELEMENTS_PER_FILE };
}

/** Counts the elements that are read of one thing, and of its file with them: reading takes time and memory for each. */
export class Elements {
  #left: number;
  readonly #file: FileElements;

  constructor(file: FileElements = fileElements(), most = MAX_ELEMENTS) {
    this.#file = file;
    this.#left = most;
  }

  /** Counts one that is about to be read; refuses where that is too many. */
  count(): void {
    if (this.#left === 0 || this.#file.left === 0) {
      throw new Malformed('certificate-too-complex', { limit: MAX_ELEMENTS, fileLimit: MAX_ELEMENTS_PER_FILE });
    }
    this.#left -= 1;
    this.#file.left -= 1;
  }
}
