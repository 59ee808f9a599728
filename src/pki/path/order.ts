import type { Certificate } from '../certificate.ts';
import type { TrustedCertificate } from '../trusted.ts';

/**
 * The most promising issuers first, since the work is bounded: those whose key the certificate names (RFC 5280 4.2.1.1), then
 * those in date, then roots, which end the path. The order decides nothing else.
 */
export function orderCandidates(
  candidates: readonly TrustedCertificate[],
  issued: Certificate,
  at: number,
): readonly TrustedCertificate[] {
  if (candidates.length < 2) return candidates;
  const score = ({ certificate, kind }: TrustedCertificate) => {
    const named = issued.authorityKeyId !== undefined && certificate.subjectKeyId === issued.authorityKeyId;
    const inDate = certificate.notBefore <= at && certificate.notAfter >= at;
    return (named ? 4 : 0) + (inDate ? 2 : 0) + (kind === 'root' ? 1 : 0);
  };
  return candidates.toSorted((one, other) => score(other) - score(one));
}
