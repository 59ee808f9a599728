/** How many signatures may still be checked; shared by all that one upload asks for (rules 4). */
export interface WorkBudget {
  signatureChecks: number;
}

/** At most this many certificates in a path, leaf and root counted (rules 4). */
export const MAX_PATH = 10;

/** At most this many signature checks for one certificate judged (rules 4). */
export const MAX_CHECKS_PER_CERTIFICATE = 50;

/** At most this many signature checks for one uploaded file (rules 4). */
export const MAX_CHECKS_PER_FILE = 100;

/** At most this many comparisons of a name with a name constraint for one certificate judged. */
export const MAX_NAME_COMPARISONS = 250_000;

/** A budget for a file; give the same one to every judgement of its certificates. */
export function fileBudget(): WorkBudget {
  return { signatureChecks: MAX_CHECKS_PER_FILE };
}

/** Thrown inside the path builder when the budget is used up; becomes the fault `path-too-much-work`. */
export class WorkExceeded extends Error {}

/** The budget of one certificate within that of its file: spending throws when either is used up. */
export class Work {
  readonly #file: WorkBudget;
  #left = MAX_CHECKS_PER_CERTIFICATE;
  #comparisons = MAX_NAME_COMPARISONS;

  constructor(file: WorkBudget = fileBudget()) {
    this.#file = file;
  }

  /** Counts one signature check. */
  spend(): void {
    if (this.#left === 0 || this.#file.signatureChecks === 0) throw new WorkExceeded();
    this.#left -= 1;
    this.#file.signatureChecks -= 1;
  }

  /** Counts comparisons of names with name constraints. */
  spendComparisons(count: number): void {
    if (count > this.#comparisons) throw new WorkExceeded();
    this.#comparisons -= count;
  }
}
