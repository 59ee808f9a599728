import type { Step } from './problem.ts';

/**
 * How many certificates may still follow before something holds, and whose word that is: max_path_length, explicit_policy,
 * policy_mapping and inhibit_anyPolicy of RFC 5280 6.1.2. At the root nothing is set; n + 1, as the RFC has it, and without end
 * are the same.
 */
export class Limit {
  #left = Number.POSITIVE_INFINITY;
  #set = Number.POSITIVE_INFINITY;
  #by: Step | undefined;

  get reached(): boolean {
    return this.#left === 0;
  }

  /** What the certificate that binds allows. */
  get set(): number {
    return this.#set;
  }

  /** The certificate that binds; undefined while none does. */
  get by(): Step | undefined {
    return this.#by;
  }

  /** A certificate allows so many, if it says so; it never widens what those above it allow. */
  lower(to: number | undefined, by: Step): void {
    if (to === undefined || to >= this.#left) return;
    this.#left = to;
    this.#set = to;
    this.#by = by;
  }

  /** One more certificate stands below. */
  countDown(): void {
    this.#left = Math.max(0, this.#left - 1);
  }
}
