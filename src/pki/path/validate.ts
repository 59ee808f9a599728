import type { Certificate } from '../certificate.ts';
import type { PathPurpose } from '../faults.ts';
import { isSignedBy } from '../verify.ts';
import type { Work } from '../work.ts';
import { checkIssuer, checkOwn } from './checks.ts';
import { GatheredConstraints } from './name-constraints.ts';
import { Policies } from './policies.ts';
import { certificateData, type Finding, type PathProblem } from './problem.ts';

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
  const state = new PathState(path.length - 1);
  for (const [index, certificate] of path.entries()) {
    const judged = index === path.length - 1;
    const place = { root: index === 0, judged, last: judged && question.purpose === 'leaf' };
    const found =
      checkOwn(certificate, question, judged) ??
      checkSignature(certificate, path[index - 1], work) ??
      state.process(certificate, place, work) ??
      prepareNext(certificate, state, place, question);
    if (found !== undefined) {
      return { name: found.name, index, data: { ...certificateData(certificate), ...found.data } };
    }
  }
  return undefined;
}

/** 6.1.3 (a) (1) and (4): signed by the key above, which bears the issuer's name. A root was seen to sign itself when it was stored. */
function checkSignature(certificate: Certificate, above: Certificate | undefined, work: Work): Finding | undefined {
  if (above === undefined) return undefined;
  const chained = certificate.issuer.key === above.subject.key && isSignedBy(certificate, above.key, work);
  return chained ? undefined : { name: 'path-signature', data: { issuer: above.subject.label } };
}

/** 6.1.4, for every certificate above the last; a CA certificate that is judged as an issuer is not the last: one follows. */
function prepareNext(
  certificate: Certificate,
  state: PathState,
  place: Place,
  question: PathQuestion,
): Finding | undefined {
  if (place.last) return state.policies.wrapUp(certificate);
  const unfit = place.judged && question.lastJudged ? undefined : checkIssuer(certificate);
  return unfit ?? state.prepareNext(certificate, place);
}

/** Where a certificate stands: at the root; at the end of what is judged; as the last of the path in the sense of RFC 5280 6.1. */
interface Place {
  readonly root: boolean;
  readonly judged: boolean;
  readonly last: boolean;
}

/** The state variables of RFC 5280 6.1.2. */
class PathState {
  readonly policies: Policies;
  readonly #constraints = new GatheredConstraints();
  /** How many more certificates that are not self-issued may stand below, and whose limit that is. */
  #room = { left: Infinity, limit: Infinity, by: '' };

  constructor(length: number) {
    this.policies = new Policies(length);
  }

  /** 6.1.3 (b)-(f). The constraints of those above bind a self-issued certificate only when it is the last. */
  process(certificate: Certificate, { root, last }: Place, work: Work): Finding | undefined {
    if (root) return undefined;
    const named = certificate.selfIssued && !last ? undefined : this.#constraints.check(certificate, work);
    return named ?? this.policies.process(certificate, last);
  }

  /** 6.1.4 (a), (b), (g)-(j), (l), (m). */
  prepareNext(certificate: Certificate, { root }: Place): Finding | undefined {
    const found = root ? undefined : (this.policies.prepareNext(certificate) ?? this.#takeRoom(certificate));
    this.#constraints.add(certificate);
    const { pathLength } = certificate;
    if (pathLength !== undefined && pathLength < this.#room.left) {
      this.#room = { left: pathLength, limit: pathLength, by: certificate.subject.label };
    }
    return found;
  }

  /** 6.1.4 (l): each CA certificate that is not self-issued takes up one place. */
  #takeRoom({ selfIssued }: Certificate): Finding | undefined {
    if (selfIssued) return undefined;
    const { left, limit, by } = this.#room;
    if (left === 0) return { name: 'path-length', data: { by, limit } };
    this.#room = { left: left - 1, limit, by };
    return undefined;
  }
}
