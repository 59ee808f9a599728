import type { PathFaultName } from '../../src/pki/faults.ts';
import {
  MAX_CERTIFICATES,
  MINIMUM_DAYS_LEFT,
  MOSIP_SIGNED_DAYS,
  SIGNING_CA_MINIMUM_DAYS,
} from '../../src/pki/index.ts';
import { RSA_BITS, RSA_EXPONENT } from '../../src/pki/rules/key.ts';
import { CA_MONTHS_LEFT } from '../../src/pki/rules/validity.ts';
import { MAX_CHECKS_PER_CERTIFICATE, MAX_CHECKS_PER_FILE, MAX_NAME_COMPARISONS, MAX_PATH } from '../../src/pki/work.ts';
import { CURVE_LIST, KIBIBYTES, listed, SIGNATURE_LIST, TRUST_STORE_KIBIBYTES } from './figures.ts';

/** What each rule checks, in its order. The figures come from the code; the sentences stand here, for the document alone. */
export type Checks = readonly (readonly [key: string, sentence: string])[];

const VERSION = 'X.509 version 3.';
const BEGUN = 'The validity has begun; its first second counts as inside.';
const NOT_ENDED = 'The validity has not ended; its last second counts as inside.';

/** Reading a file, by code. */
export const FILE_CHECKS: Checks = [
  ['PMP-UP-001', 'The file name ends in `.cer` or `.pem`, in capital or small letters.'],
  ['PMP-UP-002', `The file has at most ${KIBIBYTES} KiB; for the trust store ${TRUST_STORE_KIBIBYTES} KiB.`],
  ['PMP-UP-003', 'There is a file, and it is not empty.'],
  ['PMP-UP-007', 'It is one file.'],
  ['PMP-UP-004', 'It holds no private key and is no key store. Such a file is neither stored nor logged.'],
  [
    'PMP-UP-005',
    'It is no certificate request, revocation list, public key or web page, and no PKCS#7 in binary form.',
  ],
  [
    'KER-PCM-001',
    'It holds at least one X.509 certificate (DER; PEM; or PEM-armoured PKCS#7), in strict DER, without bytes behind it, without a repeated extension, and with one signature algorithm inside and outside.',
  ],
  ['PMP-UP-006', `It holds at most ${MAX_CERTIFICATES} certificates.`],
];

/** The trust store, by number. */
export const TRUST_CHECKS: Checks = [
  ['2.1', 'The domain’s trust store does not have this very certificate; retired ones do not count.'],
  ['2.2', BEGUN],
  ['2.3', NOT_ENDED],
  ['2.4', `At least ${CA_MONTHS_LEFT} calendar months of validity are left (from 29 February to 28 February).`],
  ['2.5', VERSION],
  ['2.6', 'Basic constraints say CA = TRUE; key usage, where there is any, contains keyCertSign.'],
  [
    '2.7',
    `The key is RSA (rsaEncryption) of ${RSA_BITS.least} to ${RSA_BITS.most} bits with an odd exponent from ${RSA_EXPONENT.least} to ${RSA_EXPONENT.most}; or EC on ${listed(CURVE_LIST)}, the curve named by its object identifier, the point on the curve and not hybrid; or Ed25519 or Ed448, the point not of small order.`,
  ],
  ['2.8', `The signature algorithm is one of: ${SIGNATURE_LIST.join(', ')}; each with the parameters that it has.`],
  ['2.9', 'No critical extension but those that the path validation processes (see The chain).'],
  [
    '2.10',
    'A certificate whose issuer and subject are the same and whose own key verifies its signature is a root; anything else is an intermediate.',
  ],
  ['2.11', 'A file with one certificate: it is of the kind of the tab on which it was uploaded.'],
  [
    '2.12',
    'An intermediate: a chain to a root of the same domain, which may have a CA of this place in it (see The chain).',
  ],
];

/** Partner and chip certificates, by number. */
export const PARTNER_CHECKS: Checks = [
  ['3.1', BEGUN],
  ['3.2', NOT_ENDED],
  [
    '3.3',
    `At least ${MINIMUM_DAYS_LEFT} whole days of 86 400 seconds are left; not asked again when a chip is approved.`,
  ],
  ['3.4', VERSION],
  ['3.5', 'It does not sign itself: issuer and subject differ, or its own key does not verify its signature.'],
  [
    '3.6',
    'The subject has exactly one organisation (O), and it equals the registered one: after Unicode NFC, trimming and folding white space; capital and small letters count.',
  ],
  ['3.7', 'The key is as rule 2.7 asks.'],
  ['3.8', 'The signature algorithm is as rule 2.8 asks.'],
  ['3.9', 'A chain to a root of the domain (see The chain).'],
  [
    '3.10',
    'Its public key is not in use: a chip’s is that of no partner certificate of this partner, nor of another chip that is pending or approved; a partner’s is that of no such chip.',
  ],
  ['3.11', 'A chip’s certificate is not the very one with which this chip is approved.'],
];

/** What a chain can fail by. */
export const PATH_CHECKS: Readonly<Record<PathFaultName, string>> = {
  'path-issuer-missing': 'The trust store has a CA certificate of the issuer’s name (RFC 5280 7.1).',
  'path-signature': 'The issuer’s key verifies the signature (6.1.3 (a) (1)).',
  'path-not-yet-valid': 'Each certificate has begun (6.1.3 (a) (2)); a root too.',
  'path-expired': 'No certificate has ended (6.1.3 (a) (2)); a root too.',
  'path-version': 'Each certificate that issues is of version 3 (6.1.4 (k)).',
  'path-not-a-ca': 'Each certificate that issues says CA = TRUE (6.1.4 (k)).',
  'path-without-cert-sign': 'Each certificate that issues may sign certificates, if it has key usage (6.1.4 (n)).',
  'path-length':
    'No CA has more CAs below it than it and those above it allow (6.1.4 (l), (m)); a root’s word counts, self-issued certificates do not.',
  'path-key': 'Each key is one of rule 2.7.',
  'path-signature-algorithm': 'Each signature is one of rule 2.8.',
  'path-critical-extension': 'No certificate has a critical extension that is not processed (6.1.4 (o), 6.1.5 (f)).',
  'path-name-not-permitted': 'Each name lies within what every CA above permits (6.1.3 (b)); a root too.',
  'path-name-excluded': 'No name lies within what a CA above excludes (6.1.3 (c)); a root too.',
  'path-name-unreadable': 'Each name of a form that a CA above limits can be compared with the limit (4.2.1.10).',
  'path-policy-mapping': 'No CA maps anyPolicy (6.1.4 (a)).',
  'path-policy': 'Where a policy is required, one holds from the root to the end (6.1.3 (d) to (f), 6.1.5 (g)).',
  'path-policy-any': 'anyPolicy counts only where no CA above inhibits it (6.1.3 (d) (2)).',
  'path-policy-mapping-inhibited': 'Policies are mapped only where no CA above inhibits it (6.1.4 (b) (2)).',
  'path-too-long': `The chain has at most ${MAX_PATH} certificates, the root and the certificate judged counted.`,
  'path-too-much-work': `At most ${MAX_CHECKS_PER_CERTIFICATE} signatures are checked for one certificate, ${MAX_CHECKS_PER_FILE} for one file; at most ${MAX_NAME_COMPARISONS} times a name is compared with a constraint.`,
};

/** Issuing the MOSIP-signed certificate, by code. */
export const ISSUE_CHECKS: Checks = [
  [
    'PMP-CA-001',
    `The portal’s issuing CA has at least ${SIGNING_CA_MINIMUM_DAYS} days left; what it issues is valid for ${MOSIP_SIGNED_DAYS} days, or until the uploaded certificate ends.`,
  ],
  ['PMP-CA-002', 'The subject is not the name of one of the portal’s own CAs.'],
];
