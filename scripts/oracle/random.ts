/** Numbers that look random and come out the same for the same seed (the generator "mulberry32"). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, up to but not including 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const index = this.below(list.length);
    if (index >= list.length) throw new Error('nothing to pick from');
    return list[index] as T;
  }

  /** From `least` to `most` of them, none twice, in their order. */
  some<T>(list: readonly T[], least: number, most: number): T[] {
    const wanted = Math.min(list.length, least + this.below(most - least + 1));
    const indexes = new Set<number>();
    while (indexes.size < wanted) indexes.add(this.below(list.length));
    return list.filter((_, index) => indexes.has(index));
  }
}
