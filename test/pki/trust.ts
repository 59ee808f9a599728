import {
  type Certificate,
  readCertificate,
  type TrustedCertificates,
  trustedCertificates,
} from '../../src/pki/index.ts';
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

/** A certificate, read from its bytes once more. */
export function readBack({ der }: Pick<MadeCertificate, 'der'>): Certificate {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(read.fault.name);
  return read.value;
}
