import en from '../../src/i18n/en.json' with { type: 'json' };
import { codesOf, FAULT_NAMES, type FaultName, PATH_CODES, type PathFaultName } from '../../src/pki/faults.ts';
import { PARTNER_RULES } from '../../src/pki/judge-partner.ts';
import { TRUST_RULES } from '../../src/pki/judge-trust.ts';
import { type Checks, FILE_CHECKS, ISSUE_CHECKS, PARTNER_CHECKS, PATH_CHECKS, TRUST_CHECKS } from './checks.ts';
import { EXTENSION_LIST, fillIn, listed } from './figures.ts';

type Rules = readonly { readonly number: string; readonly code: string }[];

const WORDING: Readonly<Record<string, Readonly<Record<string, string>>>> = en.faults;
const SECTIONS = {
  file: '1. Reading a file',
  trust: '2. CA certificates',
  partner: '3. Partner and chip certificates',
};

/** `docs/certificate-rules.md`: every rule, code and reason, composed from the rules in the code and the English wording. */
export function composeDocument(): string {
  return `${[
    '# Certificate rules',
    'What the portal asks of a file and of a certificate, and what it says when it refuses one. All reasons are told at once, in this order; each carries a code, and the codes are explained [below](#reasons).',
    '*This page is written by `npm run rules` from the rules and the wording in the code. Change those, not the page.*',
    `## ${SECTIONS.file}`,
    tableByCode(FILE_CHECKS),
    `## ${SECTIONS.trust}`,
    'For the trust store; each certificate of a file is judged by itself.',
    tableByNumber(TRUST_CHECKS, TRUST_RULES),
    `## ${SECTIONS.partner}`,
    tableByNumber(PARTNER_CHECKS, PARTNER_RULES),
    '## 4. The chain',
    `From a root of the domain down to the certificate judged, by RFC 5280 section 6.1, without revocation. It uses only CA certificates of the trust store that are not retired. Every issuer of the right name is tried; where no chain holds, the reason told is that of the one that came furthest. Its code is ${link(PATH_CODES.leaf)} for a certificate of a partner or chip and ${link(PATH_CODES.issuer)} for a CA certificate.`,
    tableOfPath(),
    `Extensions that are processed: ${listed(EXTENSION_LIST)}. Extended key usage is shown and restricts nothing. Names are compared with constraints in these forms: directory names, DNS, e-mail, URI, IP.`,
    '## 5. Issuing',
    'When the uploaded certificate has passed, and the MOSIP-signed one is issued.',
    tableByCode(ISSUE_CHECKS),
    '## Reasons',
    'What differs from case to case stands in ‹angle quotes›.',
    ...codes().map(reasonsOf),
  ].join('\n\n')}\n`;
}

/** Every code, in the order in which people meet them. */
function codes(): readonly string[] {
  return [...new Set(FAULT_NAMES.flatMap(codesOf))];
}

function tableByCode(checks: Checks): string {
  return table(
    ['code', 'what is checked'],
    checks.map(([code, sentence]) => [link(code), sentence]),
  );
}

/** Fails where the sentences and the rules are not the same ones in the same order; 2.10 alone refuses nothing. */
function tableByNumber(checks: Checks, rules: Rules): string {
  const numbers = checks.map(([number]) => number).filter((number) => number !== '2.10');
  if (numbers.join() !== rules.map((rule) => rule.number).join()) throw new Error(`not the rules: ${numbers.join()}`);
  const codeOf = (number: string) => rules.find((rule) => rule.number === number)?.code;
  const rows = checks.map(([number, sentence]) => [number, link(codeOf(number)), sentence]);
  return table(['rule', 'code', 'what is checked'], rows);
}

function tableOfPath(): string {
  const rows = Object.entries(PATH_CHECKS).map(([name, sentence]) => [sentence, titleOf(name as PathFaultName)]);
  return table(['what is checked', 'the reason where it fails'], rows);
}

/** One code: the rules that use it, and each reason with its texts and what to do. */
function reasonsOf(code: string): string {
  const names = FAULT_NAMES.filter((name) => codesOf(name).includes(code));
  const numbers = [...TRUST_RULES, ...PARTNER_RULES].filter((rule) => rule.code === code).map((rule) => rule.number);
  const rules = numbers.length === 0 ? [] : [`Rule${numbers.length > 1 ? 's' : ''} ${listed(numbers)}.`];
  // The reasons of a chain are the same under its two codes, and stand under the first.
  const elsewhere = code === PATH_CODES.leaf ? [`The reasons are those of ${link(PATH_CODES.issuer)}.`] : undefined;
  return [`### ${code}`, ...rules, ...(elsewhere ?? [...introduction(code), ...names.map(reason)])].join('\n\n');
}

function introduction(code: string): readonly string[] {
  const where = plain(fillIn(en.chain['breaks-at'], 'path-length'));
  return code === PATH_CODES.issuer ? [`Where the chain reaches a root, each reason ends with: ${where}`] : [];
}

/** Reasons of a chain that go on with one of a single certificate. */
const CONTINUED: Readonly<Partial<Record<FaultName, FaultName>>> = {
  'path-key': 'key-broken',
  'path-signature-algorithm': 'signature-algorithm',
};

function reason(name: FaultName): string {
  const parts = WORDING[name] ?? {};
  const texts = Object.entries(parts).flatMap(([part, text]) => (part.startsWith('text') ? [text] : []));
  const lines = [...texts, `→ ${parts.next}`].map((text) => plain(fillIn(text, name)));
  const continued = CONTINUED[name];
  const more = continued === undefined ? [] : [`Then follows a reason of ${link(codesOf(continued)[0])}.`];
  return [`**${titleOf(name)}**`, ...lines.slice(0, -1), ...more, ...lines.slice(-1)].join('  \n');
}

function titleOf(name: FaultName): string {
  return plain(WORDING[name]?.title ?? '');
}

/** A code as a link to its reasons; a dash where there is none. */
function link(code: string | undefined): string {
  return code === undefined ? '–' : `[${code}](#${code.toLowerCase()})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Text of which Markdown makes nothing. */
function plain(text: string): string {
  return text.replace(/[\\`*_<>|]/g, '\\$&');
}
