import { now } from '../lib/clock.ts';
import { inSlices } from '../lib/slices.ts';
import { type Certificate, isIssuedBy, type TrustedCertificate } from '../pki/index.ts';
import { hasPath } from './ca-certificate.ts';
import type { Domain } from './store.ts';
import { type Trust, withoutCa } from './trust.ts';

/** The intermediates of a domain's store, those retired left out, that a CA certificate issued. */
export async function issuedBy(trust: Trust, domain: Domain, issuer: Certificate): Promise<TrustedCertificate[]> {
  const found: TrustedCertificate[] = [];
  await inSlices(trust.byId(domain).values(), (each) => {
    if (each.kind === 'intermediate' && isIssuedBy(each.certificate, issuer)) found.push(each);
  });
  return found;
}

/** How many intermediates of its domain have a path now, but would have none without this CA certificate. */
export async function countBelowWithout(trust: Trust, domain: Domain, id: string): Promise<number> {
  let lost = 0;
  await inSlices(namedBelow(trust, domain, id), ({ certificate }) => {
    if (certificate.notAfter < now()) return;
    const trusted = trust.of(domain);
    if (hasPath(certificate, trusted) && !hasPath(certificate, withoutCa(trusted, id))) lost += 1;
  });
  return lost;
}

/** The intermediates that stand below it by their names, near or far: no others can use it. */
function namedBelow(trust: Trust, domain: Domain, id: string): TrustedCertificate[] {
  const all = trust.byId(domain);
  const top = all.get(id);
  if (top === undefined) return [];
  const byIssuer = Map.groupBy(all.values(), (each) => each.certificate.issuer.key);
  const below = new Set<TrustedCertificate>();
  const queue = [top];
  for (const { certificate } of queue) {
    for (const each of byIssuer.get(certificate.subject.key) ?? []) {
      if (each.kind === 'root' || each === top || below.has(each)) continue;
      below.add(each);
      queue.push(each);
    }
  }
  return [...below];
}
