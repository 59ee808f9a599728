import type { Db } from '../db/index.ts';
import {
  type Certificate,
  readCertificate,
  type TrustedCertificate,
  type TrustedCertificates,
  trustedCertificates,
} from '../pki/index.ts';
import { type CaRow, type Domain, listTrusted, versionOf } from './store.ts';

/** What the domains trust, parsed once and kept in memory until the store changes. */
export interface Trust {
  /** The CA certificates of a domain that are not retired; trust never crosses domains (rules 2). */
  of(domain: Domain): TrustedCertificates;
  /** The same, by their ids. */
  byId(domain: Domain): ReadonlyMap<string, TrustedCertificate>;
}

/** Reads the trust store through a cache: each certificate is parsed once, each domain indexed once per change. */
export function createTrust(db: Db): Trust {
  const parsed = new Map<string, TrustedCertificate>();
  const domains = new Map<Domain, DomainTrust>();
  const load = (domain: Domain) =>
    listTrusted(db, domain).map(({ id, kind, der }) => {
      const known = parsed.get(id) ?? { id, kind, certificate: parseCa({ id, der }) };
      parsed.set(id, known);
      return known;
    });
  const current = (domain: Domain): DomainTrust => {
    const version = versionOf(db, domain);
    const cached = domains.get(domain);
    if (cached?.version === version) return cached;
    const list = load(domain);
    const byId = new Map(list.map((each) => [each.id, each]));
    const loaded = { version, trusted: trustedCertificates(list), byId };
    domains.set(domain, loaded);
    return loaded;
  };
  return { of: (domain) => current(domain).trusted, byId: (domain) => current(domain).byId };
}

interface DomainTrust {
  readonly version: number;
  readonly trusted: TrustedCertificates;
  readonly byId: ReadonlyMap<string, TrustedCertificate>;
}

/** What a domain would trust if one of its CA certificates were retired. */
export function withoutCa(trusted: TrustedCertificates, id: string): TrustedCertificates {
  return { issuersNamed: (nameKey) => trusted.issuersNamed(nameKey).filter((each) => each.id !== id) };
}

/** A stored CA certificate, parsed. */
export function parseCa({ id, der }: Pick<CaRow, 'id' | 'der'>): Certificate {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(`the CA certificate ${id} in the database cannot be read: ${read.fault.name}`);
  return read.value;
}
