import { SignatureResults } from './signature-results.ts';
import { SignatureWanted } from './verify.ts';
import { fileBudget, type WorkBudget } from './work.ts';

/**
 * Has the signatures that a judgement will ask for checked in Node's thread pool, so that a hundred of them do not hold the main
 * thread. The judgement is rehearsed, each time up to the first signature that nobody has checked; then it can be made, within a
 * budget of its own, in which every check counts as if it were made there.
 * @param judge is called several times, and must do nothing but judge; it gives the budget to every judgement of the file
 */
export async function checkAhead(judge: (budget: WorkBudget) => unknown): Promise<void> {
  for (;;) {
    try {
      judge({ ...fileBudget(), rehearsal: new SignatureResults() });
      return;
    } catch (error) {
      if (!(error instanceof SignatureWanted)) throw error;
      await error.check();
    }
  }
}
