import type { Certificate } from '../certificate.ts';
import type { Fault, PathPurpose } from '../faults.ts';
import type { TrustedCertificate, TrustedCertificates } from '../trusted.ts';
import { isSignedBy } from '../verify.ts';
import { MAX_PATH, Work, WorkExceeded } from '../work.ts';
import { Furthest } from './furthest.ts';
import { orderCandidates } from './order.ts';
import { type PathQuestion, validatePath } from './validate.ts';

/** A path from the root to the certificate judged, or why there is none. */
export type PathResult =
  | { readonly ok: true; readonly path: CertificatePath }
  | {
      readonly ok: false;
      readonly fault: Fault;
      /** The candidate that came furthest, from its top down to the certificate judged. */
      readonly furthest: CertificatePath;
    };

/** The CA certificates from the root down, and the certificate judged, which is not part of the trust store. */
export interface CertificatePath {
  readonly issuers: readonly TrustedCertificate[];
  readonly certificate: Certificate;
}

/**
 * Finds a path from a root of `trusted` to the certificate, by RFC 5280 section 6.1 (rules 4). Every issuer whose name
 * matches is tried, so re-keyed and cross-signed CAs work. Refused beyond 10 certificates and 50 signature checks. Where
 * there is none, the reason is that of the candidate that came furthest.
 */
export function findPath(
  certificate: Certificate,
  trusted: TrustedCertificates,
  question: PathQuestion,
  work: Work = new Work(),
): PathResult {
  const search = new Search(certificate, trusted, question, work);
  const path = search.run();
  if (path !== undefined) return { ok: true, path };
  return { ok: false, fault: search.furthest.fault(question.purpose), furthest: search.furthest.path(certificate) };
}

/** As `findPath`, for a certificate of which nothing was judged before. */
export function buildPath(
  certificate: Certificate,
  trusted: TrustedCertificates,
  at: number,
  purpose: PathPurpose,
): PathResult {
  return findPath(certificate, trusted, { at, purpose, lastJudged: false });
}

class Search {
  readonly furthest = new Furthest();
  readonly #certificate: Certificate;
  readonly #trusted: TrustedCertificates;
  readonly #question: PathQuestion;
  readonly #work: Work;

  constructor(certificate: Certificate, trusted: TrustedCertificates, question: PathQuestion, work: Work) {
    this.#certificate = certificate;
    this.#trusted = trusted;
    this.#question = question;
    this.#work = work;
  }

  run(): CertificatePath | undefined {
    try {
      return this.#climb([]);
    } catch (error) {
      if (!(error instanceof WorkExceeded)) throw error;
      this.furthest.exhausted(this.#certificate);
      return undefined;
    }
  }

  /** Depth first, upwards; `issuers` are those found so far, the topmost first. */
  #climb(issuers: readonly TrustedCertificate[]): CertificatePath | undefined {
    const top = issuers[0]?.certificate ?? this.#certificate;
    const candidates = this.#candidatesFor(top, issuers);
    if (candidates.length === 0) this.furthest.noIssuer(issuers, top);
    for (const candidate of candidates) {
      const path = this.#tryIssuer(candidate, issuers, top, candidates.length);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  #candidatesFor(top: Certificate, issuers: readonly TrustedCertificate[]): readonly TrustedCertificate[] {
    const used = new Set([this.#certificate.fingerprint, ...issuers.map((each) => each.certificate.fingerprint)]);
    const named = this.#trusted.issuersNamed(top.issuer.key).filter((each) => !used.has(each.certificate.fingerprint));
    return orderCandidates(named, top, this.#question.at);
  }

  #tryIssuer(
    candidate: TrustedCertificate,
    issuers: readonly TrustedCertificate[],
    top: Certificate,
    ofThisName: number,
  ): CertificatePath | undefined {
    this.#work.spend('candidates');
    if (!isSignedBy(top, candidate.certificate.key, this.#work)) {
      this.furthest.wrongSignature(issuers, top, candidate.certificate, ofThisName);
      return undefined;
    }
    const longer = [candidate, ...issuers];
    if (longer.length + 1 > MAX_PATH) {
      this.furthest.tooLong(longer, this.#certificate);
      return undefined;
    }
    return candidate.kind === 'root' ? this.#tryPath(longer) : this.#climb(longer);
  }

  #tryPath(issuers: readonly TrustedCertificate[]): CertificatePath | undefined {
    const path = [...issuers.map((each) => each.certificate), this.#certificate];
    const problem = validatePath(path, this.#question, this.#work);
    if (problem === undefined) return { issuers, certificate: this.#certificate };
    this.furthest.invalid(issuers, problem);
    return undefined;
  }
}
