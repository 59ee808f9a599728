import type { Certificate } from '../certificate.ts';
import type { FaultData, PathFaultName } from '../faults.ts';

/** Why a path does not hold: the step, and the certificate (0 is the root) at which it broke. */
export interface PathProblem {
  readonly name: PathFaultName;
  readonly index: number;
  readonly data: FaultData;
}

/** What one check found: its fault, and what was compared beside the certificate's name. */
export interface Finding {
  readonly name: PathFaultName;
  readonly data?: FaultData;
}

/** Names the certificate in a fault: its subject for showing, and the fingerprint, so that a page can mark it in the chain. */
export function certificateData({ subject, fingerprint }: Certificate): FaultData {
  return { certificate: subject.label || fingerprint.slice(0, 16), fingerprint };
}
