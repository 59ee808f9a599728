import { buildPath, type Certificate, caKindOf, readCertificate, trustedCertificates } from '../../src/pki/index.ts';
import { fingerprintOf, type MadeCertificate } from '../../test/support/certificates.ts';
import type { Chain } from './make.ts';
import { AT } from './plan.ts';
import type { Verdict } from './verdict.ts';

export interface OurVerdict extends Verdict {
  /** Every certificate that could be read; the leaf is the last. */
  readonly all: readonly Certificate[];
  /** From the root down, when accepted. */
  readonly path: readonly Certificate[];
}

/** What the portal says, over a trust store that holds a root only where it is one by rules 2.10. */
export function askPortal({ roots, intermediates, leaf }: Chain): OurVerdict {
  const stored = [
    ...readable(roots).filter(isRoot).map(trusted('root')),
    ...readable(intermediates).map(trusted('intermediate')),
  ];
  const issuers = stored.map((each) => each.certificate);
  const read = readCertificate(leaf.der);
  if (!read.ok) return { accepted: false, reason: read.fault.name, all: issuers, path: [] };
  const all = [...issuers, read.value];
  const result = buildPath(read.value, trustedCertificates(stored), AT, 'leaf');
  if (!result.ok) return { accepted: false, reason: result.fault.name, all, path: [] };
  const path = [...result.path.issuers.map((each) => each.certificate), read.value];
  return { accepted: true, reason: 'accepted', all, path };
}

function readable(list: readonly MadeCertificate[]): Certificate[] {
  return list.flatMap(({ der }) => {
    const read = readCertificate(der);
    return read.ok ? [read.value] : [];
  });
}

function isRoot(certificate: Certificate): boolean {
  return caKindOf(certificate) === 'root';
}

function trusted<K extends 'root' | 'intermediate'>(kind: K) {
  return (certificate: Certificate) => ({ id: fingerprintOf(certificate.der), kind, certificate });
}
