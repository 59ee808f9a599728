import type { Certificate } from '../certificate.ts';
import { type Fault, fault } from '../faults.ts';

/** Rules 2.5 and 3.4: X.509 version 3. */
export function judgeVersion({ version }: Certificate): Fault | undefined {
  return version === 3 ? undefined : fault('version-not-3', { version });
}
