import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildPath, readCertificate, type TrustedCertificate, trustedCertificates } from '../../src/pki/index.ts';
import { hasPath } from '../support/tools.ts';
import { DIVERGENCES } from './pkits-divergences.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/pkits/', import.meta.url));
/** A day on which the suite's certificates are valid (they end with 2030). */
const AT = Date.UTC(2026, 10, 24);
const present = hasPath(FOLDER);

interface Case {
  readonly target: string;
  readonly expect: 'valid' | 'invalid';
}

describe.skipIf(!present)('the Public Key Interoperability Test Suite of NIST', () => {
  const { trustAnchor, cases } = load();
  const trusted = trustedCertificates(caCertificates(trustAnchor));

  it('has all its 223 verdicts', () => {
    expect(cases).toHaveLength(223);
  });

  it('is diverged from only by being stricter, and only in cases that are there', () => {
    const diverged = cases.filter(({ target }) => target in DIVERGENCES);
    expect(diverged.map((each) => each.expect)).toEqual(Object.keys(DIVERGENCES).map(() => 'valid'));
  });

  it.each(cases)('$target', ({ target, expect: suite }) => {
    const read = readCertificate(readFileSync(`${FOLDER}certs/${target}`));
    const accepted = read.ok && buildPath(read.value, trusted, AT, 'leaf').ok;
    expect(accepted ? 'valid' : 'invalid').toBe(target in DIVERGENCES ? 'invalid' : suite);
  });
});

function load(): { trustAnchor: string; cases: Case[] } {
  return present ? JSON.parse(readFileSync(`${FOLDER}cases.json`, 'utf8')) : { trustAnchor: '', cases: [] };
}

/** Every certificate that is not an end entity's; those that cannot be read help no path. */
function caCertificates(trustAnchor: string): TrustedCertificate[] {
  if (!present) return [];
  const names = readdirSync(`${FOLDER}certs`).filter((name) => !name.endsWith('EE.crt'));
  return names.flatMap((name) => {
    const read = readCertificate(readFileSync(`${FOLDER}certs/${name}`));
    const kind = name === trustAnchor ? 'root' : 'intermediate';
    return read.ok ? [{ id: name, kind, certificate: read.value } as const] : [];
  });
}
