import type { Certificate } from '../../pki/index.ts';

/** The certificates of a file, each once, ordered by issuer: what bears the name of an issuer stands before what it issued. */
export function inIssuingOrder(certificates: readonly Certificate[]): Certificate[] {
  const once = [...new Map(certificates.map((each) => [each.fingerprint, each])).values()];
  // Those that name themselves first: among cross-signed CAs the roots must not wait for what stands below them.
  const rootsFirst = [...once.filter((each) => each.selfIssued), ...once.filter((each) => !each.selfIssued)];
  const byName = Map.groupBy(rootsFirst, (each) => each.subject.key);
  const ordered = new Set<Certificate>();
  const begun = new Set<Certificate>();
  const place = (certificate: Certificate) => {
    // One that was begun but is not placed is being waited for: two that issue each other.
    if (begun.has(certificate)) return;
    begun.add(certificate);
    if (!certificate.selfIssued) for (const issuer of byName.get(certificate.issuer.key) ?? []) place(issuer);
    ordered.add(certificate);
  };
  for (const certificate of rootsFirst) place(certificate);
  return [...ordered];
}
