import type { SignatureResults } from './signature-results.ts';

/** What may still be spent; one for a whole upload, shared by the judgements of all its certificates (rules 4). */
export interface WorkBudget {
  /** By native code: nothing takes longer. */
  signatureChecks: number;
  /** Issuers tried. Results of signature checks are kept, so trying can cost nothing else. */
  candidates: number;
  /** Comparisons of a name with a name constraint; long ones count several times. */
  nameComparisons: number;
  /** What a rehearsal has asked for so far; it checks no signature itself (`checkAhead`). */
  readonly rehearsal?: SignatureResults;
}

/** What is counted. */
type Counted = 'signatureChecks' | 'candidates' | 'nameComparisons';

/** At most this many certificates in a path, leaf and root counted (rules 4). */
export const MAX_PATH = 10;

/** At most this many signature checks for one certificate judged (rules 4). */
export const MAX_CHECKS_PER_CERTIFICATE = 50;

/** At most this many signature checks for one uploaded file (rules 4). */
export const MAX_CHECKS_PER_FILE = 100;

/** At most this many comparisons of a name with a name constraint for one uploaded file. */
export const MAX_NAME_COMPARISONS = 100_000;

/** A check with a key that takes longer than any that the rules accept counts this often; see `isDear`. */
export const DEAR_CHECK = 10;

/** At most so many issuers are tried; no path of a sane store needs more. */
export const MAX_CANDIDATES = 2_000;
const MAX_CANDIDATES_PER_FILE = 4_000;

/** A budget for a file; give the same one to every judgement of its certificates. */
export function fileBudget(): WorkBudget {
  return {
    signatureChecks: MAX_CHECKS_PER_FILE,
    candidates: MAX_CANDIDATES_PER_FILE,
    nameComparisons: MAX_NAME_COMPARISONS,
  };
}

/** Thrown when the budget is used up; becomes the fault `path-too-much-work`. */
export class WorkExceeded extends Error {}

/** The budget of one certificate within that of its file: spending throws when either is used up. */
export class Work {
  readonly #file: WorkBudget;
  readonly #own: WorkBudget = {
    signatureChecks: MAX_CHECKS_PER_CERTIFICATE,
    candidates: MAX_CANDIDATES,
    nameComparisons: MAX_NAME_COMPARISONS,
  };

  constructor(file: WorkBudget = fileBudget()) {
    this.#file = file;
  }

  get rehearsal(): SignatureResults | undefined {
    return this.#file.rehearsal;
  }

  /** Counts something that is about to be done. */
  spend(what: Counted, count = 1): void {
    if (count > this.#own[what] || count > this.#file[what]) throw new WorkExceeded();
    this.#own[what] -= count;
    this.#file[what] -= count;
  }
}
