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

/** A budget for a file; give the same one to every judgement of its certificates. */
export function fileBudget(): WorkBudget {
  return { signatureChecks: MAX_CHECKS_PER_FILE };
}

/** Thrown inside the path builder when the budget is used up; becomes the fault `path-too-much-work`. */
export class WorkExceeded extends Error {}

/** The budget of one certificate within that of its file: `spend` throws when either is used up. */
export class Work {
  readonly #file: WorkBudget;
  #left = MAX_CHECKS_PER_CERTIFICATE;

  constructor(file: WorkBudget = fileBudget()) {
    this.#file = file;
  }

  /** Counts one signature check. */
  spend(): void {
    if (this.#left === 0 || this.#file.signatureChecks === 0) throw new WorkExceeded();
    this.#left -= 1;
    this.#file.signatureChecks -= 1;
  }
}
