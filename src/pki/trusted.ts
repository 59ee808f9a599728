import type { Certificate } from './certificate.ts';

/** A CA certificate of the trust store. */
export interface TrustedCertificate {
  readonly id: string;
  readonly kind: 'root' | 'intermediate';
  readonly certificate: Certificate;
}

/** What one domain trusts: its CA certificates that are not retired. Roots are the anchors (rules 2). */
export interface TrustedCertificates {
  /** Those whose subject has this key (`Name.key`). */
  issuersNamed(nameKey: string): readonly TrustedCertificate[];
}

/** Holds CA certificates by their names, so that the time to find an issuer does not grow with the store. */
export function trustedCertificates(list: Iterable<TrustedCertificate>): TrustedCertificates {
  const byName = Map.groupBy(list, (each) => each.certificate.subject.key);
  return { issuersNamed: (nameKey) => byName.get(nameKey) ?? [] };
}
