import type { Certificate } from '../certificate.ts';
import { type Fault, type FaultData, type PathFaultName, type PathPurpose, pathFault } from '../faults.ts';
import { keyLabel } from '../rules/key.ts';
import type { TrustedCertificate } from '../trusted.ts';
import { MAX_CHECKS_PER_CERTIFICATE, MAX_NAME_COMPARISONS, MAX_PATH } from '../work.ts';
import type { CertificatePath } from './build.ts';
import { certificateData, type PathProblem } from './problem.ts';

/** How far a candidate came: a path up to a root beats one without, then what was reached within it. */
type Reach = readonly [stage: number, within: number];

const STAGE = { climbing: 0, complete: 1, exhausted: 2 };

/** Remembers the candidate that came furthest, and what stopped it (rules 4). */
export class Furthest {
  #reach: Reach = [-1, 0];
  #name: PathFaultName = 'path-issuer-missing';
  #data: FaultData = {};
  #issuers: readonly TrustedCertificate[] = [];

  /** The trust store has no CA certificate with the name of the issuer. */
  noIssuer(issuers: readonly TrustedCertificate[], top: Certificate): void {
    const data = { ...certificateData(top), issuer: top.issuer.text };
    this.#note([STAGE.climbing, issuers.length * 2], 'path-issuer-missing', data, issuers);
  }

  /** There is one with that name, but its key did not sign, or nobody here can tell. */
  wrongSignature(issuers: readonly TrustedCertificate[], top: Certificate, candidate: Certificate): void {
    const reach: Reach = [STAGE.climbing, issuers.length * 2 + 1];
    const { algorithm } = top.signature;
    const data = { ...certificateData(top), issuer: candidate.subject.label, algorithm: algorithm.label };
    if (algorithm.scheme === undefined) this.#note(reach, 'path-signature-algorithm', data, issuers);
    else if (candidate.key.kind !== 'unsupported') this.#note(reach, 'path-signature', data, issuers);
    else this.#note(reach, 'path-key', { ...certificateData(candidate), key: keyLabel(candidate.key) }, issuers);
  }

  /** More certificates than a path may have. */
  tooLong(issuers: readonly TrustedCertificate[], certificate: Certificate): void {
    const data = { ...certificateData(certificate), limit: MAX_PATH };
    this.#note([STAGE.climbing, issuers.length * 2], 'path-too-long', data, issuers);
  }

  /** A path up to a root, which does not hold: the further down it broke, the further it came. */
  invalid(issuers: readonly TrustedCertificate[], problem: PathProblem): void {
    const below = issuers.length - problem.index;
    this.#note([STAGE.complete, -below], problem.name, problem.data, issuers);
  }

  /** The work is used up: whatever was found so far is not the whole truth. */
  exhausted(certificate: Certificate): void {
    this.#note([STAGE.exhausted, 0], 'path-too-much-work', workData(certificate), []);
  }

  /** The reason to report. */
  fault(purpose: PathPurpose): Fault {
    return pathFault(purpose, this.#name, this.#data);
  }

  /** What was found of a path, for showing where it breaks. */
  path(certificate: Certificate): CertificatePath {
    return { issuers: this.#issuers, certificate };
  }

  #note(reach: Reach, name: PathFaultName, data: FaultData, issuers: readonly TrustedCertificate[]): void {
    const further = reach[0] > this.#reach[0] || (reach[0] === this.#reach[0] && reach[1] > this.#reach[1]);
    if (!further) return;
    this.#reach = reach;
    this.#name = name;
    this.#data = data;
    this.#issuers = issuers;
  }
}

/** The fault of a certificate for which the work was used up before anything was known of it. */
export function tooMuchWork(certificate: Certificate, purpose: PathPurpose): Fault {
  return pathFault(purpose, 'path-too-much-work', workData(certificate));
}

function workData(certificate: Certificate): FaultData {
  return { ...certificateData(certificate), limit: MAX_CHECKS_PER_CERTIFICATE, names: MAX_NAME_COMPARISONS };
}
