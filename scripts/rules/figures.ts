import { MAX_CERTIFICATE_FILE, MAX_TRUST_STORE_FILE } from '../../src/http/uploads.ts';
import { MAX_ELEMENTS, MAX_ELEMENTS_PER_FILE } from '../../src/pki/der/elements.ts';
import { MAX_DEPTH } from '../../src/pki/der/parse.ts';
import { EXTENSION, PROCESSED } from '../../src/pki/extensions/extension.ts';
import type { FaultName } from '../../src/pki/faults.ts';
import { MAX_CERTIFICATES, MINIMUM_DAYS_LEFT } from '../../src/pki/index.ts';
import { CURVES } from '../../src/pki/key.ts';
import { ACCEPTED_CURVES, RSA_BITS, RSA_EXPONENT } from '../../src/pki/rules/key.ts';
import { ACCEPTED_HASHES, judgeSignatureAlgorithm } from '../../src/pki/rules/signature.ts';
import { CA_MONTHS_LEFT } from '../../src/pki/rules/validity.ts';
import { ALGORITHMS, PSS } from '../../src/pki/signature-algorithm.ts';
import { MAX_CHECKS_PER_CERTIFICATE, MAX_CHECKS_PER_FILE, MAX_NAME_COMPARISONS, MAX_PATH } from '../../src/pki/work.ts';

export const KIBIBYTES = MAX_CERTIFICATE_FILE / 1024;
export const TRUST_STORE_KIBIBYTES = MAX_TRUST_STORE_FILE / 1024;

/** "1, 2 and 3". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** The curves of EC keys with their object identifiers. */
export const CURVE_LIST = Object.entries(CURVES)
  .filter(([, { name }]) => ACCEPTED_CURVES.includes(name))
  .map(([oid, { name }]) => `${name} (${oid})`);

/** The signature algorithms that rule 2.8 accepts, asked one by one, with their object identifiers. */
export const SIGNATURE_LIST = [
  ...Object.entries(ALGORITHMS)
    .filter(([oid, [label, scheme, hash]]) => accepts({ oid, label, scheme, hash, saltLength: undefined }))
    .map(([oid, [label]]) => `${label} (${oid})`),
  ...ACCEPTED_HASHES.map((hash) => `RSASSA-PSS (${PSS}) with ${hash}`),
];

function accepts(algorithm: Parameters<typeof judgeSignatureAlgorithm>[0]): boolean {
  return judgeSignatureAlgorithm(algorithm) === undefined;
}

/** The extensions that the path validation processes. */
export const EXTENSION_LIST = Object.entries(EXTENSION)
  .filter(([, oid]) => PROCESSED.has(oid))
  .map(([name, oid]) => `${name} (${oid})`);

type Figures = Readonly<Record<string, string | number>>;

/** What the reasons show that is the same for everybody. Everything else is said in words. */
export const FIGURES: Readonly<Partial<Record<FaultName, Figures>>> = {
  'file-too-large': { kibibytes: `${KIBIBYTES} (for the trust store ${TRUST_STORE_KIBIBYTES})` },
  'file-too-many-certificates': { limit: MAX_CERTIFICATES },
  'certificate-too-deep': { limit: MAX_DEPTH },
  'certificate-too-complex': { limit: MAX_ELEMENTS, fileLimit: MAX_ELEMENTS_PER_FILE },
  'ca-ends-too-soon': { months: CA_MONTHS_LEFT },
  'partner-ends-too-soon': { days: MINIMUM_DAYS_LEFT },
  'key-rsa-size': RSA_BITS,
  'key-rsa-exponent': RSA_EXPONENT,
  'path-too-long': { limit: MAX_PATH },
  'path-too-much-work': {
    limit: MAX_CHECKS_PER_CERTIFICATE,
    fileLimit: MAX_CHECKS_PER_FILE,
    names: MAX_NAME_COMPARISONS,
  },
};

/** How the document speaks of what differs from case to case; what is missing here is called by its name. */
const SPOKEN: Readonly<Record<string, string>> = {
  by: 'the CA that limits it',
  byStep: 'its number',
  inhibitedBy: 'the CA that forbids it',
  inhibitedByStep: 'its number',
  certificate: 'the certificate',
  registered: 'the registered organisation',
  found: 'what was found',
  expected: 'what was expected',
  value: 'the name',
  constraint: 'the constraint',
  count: 'number',
  file: 'file name',
  nowAt: 'now',
  neededAt: 'date needed',
  notBeforeAt: 'first date',
  notAfterAt: 'last date',
  keyUsage: 'its uses',
  extension: 'object identifier',
  mapped: 'the policies',
};

/** The text of a reason with the figures put in; what differs from case to case is named in angle quotes. */
export function fillIn(text: string, name: FaultName): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, key: string) => String(FIGURES[name]?.[key] ?? `‹${speak(key)}›`));
}

function speak(key: string): string {
  return SPOKEN[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
