import { type TrustedCertificates, trustedCertificates } from '../../src/pki/index.ts';
import { fingerprintOf, type MadeCertificate } from '../support/certificates.ts';

/** A trust store of these roots and intermediates. */
export function trust(
  roots: readonly MadeCertificate[],
  intermediates: readonly MadeCertificate[] = [],
): TrustedCertificates {
  return trustedCertificates([
    ...roots.map((made) => ({ id: fingerprintOf(made.der), kind: 'root' as const, certificate: made.certificate })),
    ...intermediates.map((made) => ({
      id: fingerprintOf(made.der),
      kind: 'intermediate' as const,
      certificate: made.certificate,
    })),
  ]);
}
