import type { Certificate } from '../certificate.ts';
import { type Fault, type FaultData, type PathFaultName, type PathPurpose, pathFault } from '../faults.ts';
import type { TrustedCertificate } from '../trusted.ts';
import { MAX_CHECKS_PER_CERTIFICATE, MAX_CHECKS_PER_FILE, MAX_NAME_COMPARISONS, MAX_PATH } from '../work.ts';
import type { CertificatePath } from './build.ts';
import { checkKey, checkSignatureAlgorithm } from './checks.ts';
import { certificateData, type Finding, type PathProblem } from './problem.ts';

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

  /** There is one of that name, or there are `count`, but their keys did not sign, or nobody here can tell. */
  wrongSignature(
    issuers: readonly TrustedCertificate[],
    top: Certificate,
    candidate: Certificate,
    count: number,
  ): void {
    const reach: Reach = [STAGE.climbing, issuers.length * 2 + 1];
    const { algorithm } = top.signature;
    const untellable = algorithm.scheme === undefined ? checkSignatureAlgorithm(algorithm) : undefined;
    const unusable = candidate.key.kind === 'unsupported' ? checkKey(candidate.key) : undefined;
    if (untellable !== undefined) this.#noteFinding(reach, untellable, top, issuers);
    else if (unusable !== undefined) this.#noteFinding(reach, unusable, candidate, issuers);
    else {
      const data = { ...certificateData(top), issuer: candidate.subject.label, count };
      this.#note(reach, 'path-signature', data, issuers);
    }
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

  #noteFinding(
    reach: Reach,
    { name, data }: Finding,
    certificate: Certificate,
    issuers: readonly TrustedCertificate[],
  ): void {
    this.#note(reach, name, { ...certificateData(certificate), ...data }, issuers);
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
  return {
    ...certificateData(certificate),
    limit: MAX_CHECKS_PER_CERTIFICATE,
    fileLimit: MAX_CHECKS_PER_FILE,
    names: MAX_NAME_COMPARISONS,
  };
}
