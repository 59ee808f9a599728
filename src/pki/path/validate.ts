import type { Certificate } from '../certificate.ts';
import type { PathPurpose } from '../faults.ts';
import { isSignedBy } from '../verify.ts';
import type { Work } from '../work.ts';
import { checkIssuer, checkOwn } from './checks.ts';
import { Limit } from './limit.ts';
import { GatheredConstraints } from './name-constraints.ts';
import { Policies } from './policies.ts';
import { type Finding, limitedBy, type PathProblem, type Step, stepData } from './problem.ts';

/** What a path is judged for. */
export interface PathQuestion {
  readonly at: number;
  readonly purpose: PathPurpose;
  /** The last certificate's validity, key, signature algorithm and, for an issuer, being a CA were judged by rules of their own. */
  readonly lastJudged: boolean;
}

/**
 * RFC 5280 6.1, complete but for revocation (rules 4). `path` runs from the root to the certificate judged. Beyond the RFC the
 * root is treated as a certificate: its validity, key, path length and name constraints bind; its policies do not. Returns
 * the first problem, going down from the root, or undefined when the path holds.
 */
export function validatePath(
  path: readonly Certificate[],
  question: PathQuestion,
  work: Work,
): PathProblem | undefined {
  const state = new PathState();
  for (const [index, certificate] of path.entries()) {
    const judged = index === path.length - 1;
    const step = { certificate, number: index + 1, judged, last: judged && question.purpose === 'leaf' };
    const found =
      checkOwn(certificate, question, judged) ??
      checkSignature(certificate, path[index - 1], work) ??
      state.process(step, work) ??
      prepareNext(step, state, question);
    if (found !== undefined) {
      return { name: found.name, index, data: { ...stepData(found.blamed ?? step, path.length), ...found.data } };
    }
  }
  return undefined;
}

/** 6.1.3 (a) (1) and (4): signed by the key above, which bears the issuer's name. A root was seen to sign itself when it was stored. */
function checkSignature(certificate: Certificate, above: Certificate | undefined, work: Work): Finding | undefined {
  if (above === undefined) return undefined;
  const chained = certificate.issuer.key === above.subject.key && isSignedBy(certificate, above.key, work);
  return chained ? undefined : { name: 'path-signature', data: { issuer: above.subject.label, count: 1 } };
}

/** 6.1.4, for every certificate above the last. */
function prepareNext(step: Step, state: PathState, question: PathQuestion): Finding | undefined {
  if (step.last) return state.policies.wrapUp(step);
  const unfit = step.judged && question.lastJudged ? undefined : checkIssuer(step.certificate);
  return unfit ?? state.prepareNext(step);
}

/** The state variables of RFC 5280 6.1.2. */
class PathState {
  readonly policies = new Policies();
  readonly #constraints = new GatheredConstraints();
  readonly #pathLength = new Limit();

  /** 6.1.3 (b)-(f). The constraints of those above bind a self-issued certificate only when it is the last. */
  process(step: Step, work: Work): Finding | undefined {
    if (step.number === 1) return undefined;
    const { certificate, last } = step;
    const named = certificate.selfIssued && !last ? undefined : this.#constraints.check(certificate, work);
    return named ?? this.policies.process(step);
  }

  /** 6.1.4 (a), (b), (g)-(j), (l), (m). */
  prepareNext(step: Step): Finding | undefined {
    const found = step.number === 1 ? undefined : (this.policies.prepareNext(step) ?? this.#takeRoom(step.certificate));
    this.#constraints.add(step);
    this.#pathLength.lower(step.certificate.pathLength, step);
    return found;
  }

  /** 6.1.4 (l): each CA certificate that is not self-issued takes up one place. */
  #takeRoom({ selfIssued }: Certificate): Finding | undefined {
    if (selfIssued) return undefined;
    const { reached, set, by } = this.#pathLength;
    if (reached) return { name: 'path-length', data: { ...limitedBy(by), count: set, found: set + 1 } };
    this.#pathLength.countDown();
    return undefined;
  }
}
