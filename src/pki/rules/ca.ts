import type { Certificate } from '../certificate.ts';
import { showKeyUsage } from '../extensions/key-usage.ts';
import { type Fault, fault } from '../faults.ts';
import { showOid } from '../known-oids.ts';

/** Rules 2.6: basic constraints say CA, and key usage, where there is any, allows signing certificates. */
export function judgeCa({ isCa, keyUsage }: Certificate): Fault | undefined {
  if (!isCa) return fault('not-a-ca');
  return keyUsage === undefined || keyUsage.includes('keyCertSign')
    ? undefined
    : fault('ca-without-cert-sign', { keyUsage: showKeyUsage(keyUsage) });
}

/** Rules 2.9: no critical extension but those that the path validation processes; one fault for each. */
export function judgeCriticalExtensions({ unprocessedCritical }: Certificate): readonly Fault[] {
  return unprocessedCritical.map((extension) => fault('critical-extension', { extension: showOid(extension) }));
}
