import type { Db } from '../db/index.ts';
import {
  readCertificate,
  type TrustedCertificate,
  type TrustedCertificates,
  trustedCertificates,
} from '../pki/index.ts';
import { type Domain, listTrusted, versionOf } from './store.ts';

/** What the domains trust, parsed once and kept in memory until the store changes. */
export interface Trust {
  /** The CA certificates of a domain; trust never crosses domains (rules 2). */
  of(domain: Domain): TrustedCertificates;
}

/** Reads the trust store through a cache: each certificate is parsed once, each domain indexed once per change. */
export function createTrust(db: Db): Trust {
  const parsed = new Map<string, TrustedCertificate>();
  const domains = new Map<Domain, { version: number; trusted: TrustedCertificates }>();
  const load = (domain: Domain) =>
    trustedCertificates(
      listTrusted(db, domain).map(({ id, kind, der }) => {
        const known = parsed.get(id) ?? { id, kind, certificate: parse(id, der) };
        parsed.set(id, known);
        return known;
      }),
    );
  return {
    of(domain) {
      const version = versionOf(db, domain);
      const cached = domains.get(domain);
      if (cached?.version === version) return cached.trusted;
      const trusted = load(domain);
      domains.set(domain, { version, trusted });
      return trusted;
    },
  };
}

function parse(id: string, der: Buffer) {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(`the CA certificate ${id} in the database cannot be read: ${read.fault.name}`);
  return read.value;
}
