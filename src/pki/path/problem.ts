import type { Certificate } from '../certificate.ts';
import type { FaultData, PathFaultName } from '../faults.ts';

/** A certificate of a path and where it stands. */
export interface Step {
  readonly certificate: Certificate;
  /** 1 is the root. */
  readonly number: number;
  /** It is the one that is judged, at the end. */
  readonly judged: boolean;
  /** It is the last of the path in the sense of RFC 5280 6.1; a CA certificate judged as an issuer is not: one follows. */
  readonly last: boolean;
}

/** Why a path does not hold, and the certificate (0 is the root) at which that came out. */
export interface PathProblem {
  readonly name: PathFaultName;
  readonly index: number;
  readonly data: FaultData;
}

/** What one check found: its fault, and what was compared beside the certificate's name. */
export interface Finding {
  readonly name: PathFaultName;
  readonly data?: FaultData;
  /** The certificate to blame, where that is not the one at which it came out. */
  readonly blamed?: Step | undefined;
}

/** Names the certificate in a fault: its subject for showing, and the fingerprint, so that a page can mark it in the chain. */
export function certificateData(certificate: Certificate): FaultData {
  return { certificate: labelOf(certificate), fingerprint: certificate.fingerprint };
}

/** What a certificate is called in a fault; without a subject, by its fingerprint. */
export function labelOf({ subject, fingerprint }: Certificate): string {
  return subject.label || fingerprint.slice(0, 16);
}

/** The same within a path up to a root, with its place counted from the root. */
export function stepData({ certificate, number }: Step, steps: number): FaultData {
  return { ...certificateData(certificate), step: number, steps };
}

/** Names the certificate whose limit is broken, and its place. */
export function limitedBy(step: Step | undefined): FaultData {
  return step === undefined ? {} : { by: labelOf(step.certificate), byStep: step.number };
}
