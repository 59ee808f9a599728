/**
 * One way in which a file or a certificate fails. `code` is what people can look up (rules), `name` is unique and is the key
 * of the wording (`faults.<name>`), `data` is what was compared: plain text made safe for showing, numbers, and instants
 * as UTC ms under keys that end in "At". `count` chooses between singular and plural; `because` names the fault of a single
 * certificate in which that of a path consists; `step` and `steps` say where in a path, counted from 1 at the root.
 */
export interface Fault {
  readonly code: string;
  readonly name: FaultName;
  readonly data: FaultData;
}

export type FaultData = Readonly<Record<string, string | number>>;

/** Faults with a code of their own, in the order of the rules. */
const CODES = {
  // rules 1, reading a file
  'file-name-ending': 'PMP-UP-001',
  'file-too-large': 'PMP-UP-002',
  'file-missing': 'PMP-UP-003',
  'file-empty': 'PMP-UP-003',
  'file-several': 'PMP-UP-007',
  'file-private-key': 'PMP-UP-004',
  'file-key-store': 'PMP-UP-004',
  'file-certificate-request': 'PMP-UP-005',
  'file-crl': 'PMP-UP-005',
  'file-public-key': 'PMP-UP-005',
  'file-html': 'PMP-UP-005',
  'file-pkcs7-not-armoured': 'PMP-UP-005',
  'file-no-certificate': 'KER-PCM-001',
  'pem-block-broken': 'KER-PCM-001',
  'pkcs7-broken': 'KER-PCM-001',
  'certificate-cut-off': 'KER-PCM-001',
  'certificate-trailing-bytes': 'KER-PCM-001',
  'certificate-not-der': 'KER-PCM-001',
  'certificate-too-deep': 'KER-PCM-001',
  'certificate-too-complex': 'KER-PCM-001',
  'certificate-malformed': 'KER-PCM-001',
  'certificate-repeated-extension': 'KER-PCM-001',
  'certificate-algorithms-differ': 'KER-PCM-001',
  'file-too-many-certificates': 'PMP-UP-006',
  // rules 2 and 3, one certificate
  'ca-already-stored': 'KER-PCM-003',
  'not-yet-valid': 'KER-PMS-020',
  expired: 'KER-PCM-004',
  'ca-ends-too-soon': 'KER-PCM-017',
  'partner-ends-too-soon': 'KER-KMS-021',
  'version-not-3': 'KER-PCM-007',
  'self-signed': 'KER-PCM-015',
  'organization-missing': 'KER-PCM-008',
  'organization-several': 'KER-PCM-008',
  'organization-differs': 'KER-PCM-008',
  'not-a-ca': 'PMP-TS-001',
  'ca-without-cert-sign': 'PMP-TS-001',
  'key-algorithm': 'KER-PCM-013',
  'key-rsa-size': 'KER-PCM-013',
  'key-rsa-exponent': 'KER-PCM-013',
  'key-curve': 'KER-PCM-013',
  'key-explicit-curve': 'KER-PCM-013',
  'key-broken': 'KER-PCM-013',
  'signature-algorithm': 'KER-PCM-014',
  'signature-parameters': 'KER-PCM-014',
  'critical-extension': 'PMP-TS-003',
  'ca-is-root': 'PMP-TS-002',
  'ca-is-intermediate': 'PMP-TS-002',
  'key-in-use': 'PMP-CH-001',
  'already-approved': 'PMP-CH-003',
  // rules 5, issuing
  'subject-is-our-ca': 'PMP-CA-002',
  'signing-ca-ends-too-soon': 'PMP-CA-001',
} as const;

/** Faults of a path (rules 4). Their code says who was judged: a partner's certificate (rules 3.9) or a CA's (rules 2.12). */
const PATH_FAULTS = [
  'path-issuer-missing',
  'path-signature',
  'path-not-yet-valid',
  'path-expired',
  'path-version',
  'path-not-a-ca',
  'path-without-cert-sign',
  'path-length',
  'path-key',
  'path-signature-algorithm',
  'path-critical-extension',
  'path-name-not-permitted',
  'path-name-excluded',
  'path-name-unreadable',
  'path-policy-mapping',
  'path-policy',
  'path-policy-any',
  'path-policy-mapping-inhibited',
  'path-too-long',
  'path-too-much-work',
] as const;

export type PathFaultName = (typeof PATH_FAULTS)[number];
export type PlainFaultName = keyof typeof CODES;
export type FaultName = PlainFaultName | PathFaultName;

/** What a path is sought for: a partner's or chip's certificate, or a CA certificate that shall issue others (rules 2.12). */
export type PathPurpose = 'leaf' | 'issuer';

/** What refuses a certificate of a partner or chip (rules 3.9) or of a CA (rules 2.12) that has no path. */
export const PATH_CODES = { leaf: 'KER-PCM-006', issuer: 'KER-PCM-005' } as const;

/** Every fault there is; each has its wording. */
export const FAULT_NAMES: readonly FaultName[] = [...(Object.keys(CODES) as PlainFaultName[]), ...PATH_FAULTS];

/** The codes under which people may meet a fault: one, or for a fault of a path two. */
export function codesOf(name: FaultName): readonly string[] {
  const code = CODES[name as PlainFaultName];
  return code === undefined ? [PATH_CODES.issuer, PATH_CODES.leaf] : [code];
}

/** Makes a fault; `data` is what was compared. */
export function fault(name: PlainFaultName, data: FaultData = {}): Fault {
  return Object.freeze({ code: CODES[name], name, data: Object.freeze({ ...data }) });
}

/** Makes a fault of a path. */
export function pathFault(purpose: PathPurpose, name: PathFaultName, data: FaultData): Fault {
  return Object.freeze({ code: PATH_CODES[purpose], name, data: Object.freeze({ ...data }) });
}
