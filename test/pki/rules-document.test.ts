import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeDocument } from '../../scripts/rules/document.ts';
import en from '../../src/i18n/en.json' with { type: 'json' };
import { codesOf } from '../../src/pki/faults.ts';
import { FAULT_NAMES } from '../../src/pki/index.ts';
import { PARTNER_RULES } from '../../src/pki/judge-partner.ts';
import { TRUST_RULES } from '../../src/pki/judge-trust.ts';

const written = readFileSync(resolve(import.meta.dirname, '../../docs/certificate-rules.md'), 'utf8');
const headings = [...written.matchAll(/^### (.+)$/gm)].map((match) => match[1]);

describe('docs/certificate-rules.md', () => {
  it('is what `npm run rules` writes', () => {
    expect(written).toBe(composeDocument());
  });

  it('explains every code once, and links to nothing else', () => {
    expect(headings.toSorted()).toEqual([...new Set(FAULT_NAMES.flatMap(codesOf))].toSorted());
    const links = [...written.matchAll(/\(#([a-z0-9-]+)\)/g)].map((match) => match[1]);
    const known = [...headings.map((code) => code?.toLowerCase()), 'reasons'];
    expect([...new Set(links)].toSorted()).toEqual(known.toSorted());
  });

  it('tells every reason and what to do', () => {
    for (const [name, { title, next }] of Object.entries(en.faults)) {
      expect(written, name).toContain(`**${title}**`);
      expect(written.replaceAll('\\', ''), name).toContain(`→ ${next.split('{{')[0]}`);
    }
    expect(written).not.toMatch(/\{\{|undefined/);
  });

  it.each([...TRUST_RULES, ...PARTNER_RULES])('has rule $number with its code', ({ number, code }) => {
    expect(written).toMatch(new RegExp(`^\\| ${number.replace('.', '\\.')} \\| \\[${code}\\]`, 'm'));
  });

  it.each([
    '64 KiB',
    '1024 KiB',
    'at most 100 certificates',
    'At least 12 calendar months',
    'At least 335 whole days',
    '2048 to 8192 bits',
    'from 65537 to 4294967295',
    'P-521 (1.3.132.0.35)',
    'ecdsa-with-SHA384 (1.2.840.10045.4.3.3)',
    'inhibitAnyPolicy (2.5.29.54)',
    'at most 10 certificates, the root',
    'At most 50 signatures are checked for one certificate, 100 for one file',
    'at least 366 days left',
  ])('says: %s', (figure) => {
    expect(written).toContain(figure);
  });

  it('names nothing that is not accepted', () => {
    expect(written).not.toMatch(/sha1|SHA-1\b|sha224|secp256k1|brainpool|authorityKeyIdentifier/i);
  });
});
