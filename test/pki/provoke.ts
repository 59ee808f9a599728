import { generateKeyPairSync } from 'node:crypto';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import {
  buildPath,
  createIssuingCa,
  createRootCa,
  type Fault,
  type FaultName,
  issueMosipCertificate,
  judgeSeveralFiles,
  readCertificateFile,
} from '../../src/pki/index.ts';
import {
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  makeSelfSigned,
  toPemText,
} from '../support/certificates.ts';
import { derSequence, derTlv, oidBytes } from '../support/der.ts';
import {
  generalName,
  inhibitAnyPolicy,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  type RawExtension,
  subjectAltName,
  unknownExtension,
} from '../support/extensions.ts';
import { AT, judgeCa, judgePartner, signerOf } from './support.ts';
import { trust } from './trust.ts';

/** Faults of the request itself, which only a request has: nothing that `src/pki` is asked can provoke them. */
export const REQUEST_FAULTS = ['file-missing'] as const;

type Provoked = Exclude<FaultName, (typeof REQUEST_FAULTS)[number]>;

const root = makeRoot({ at: AT });
const leaf = makeLeaf(root, { at: AT });
const trusted = trust([root]);

const ONE_OF_TWO = { name: 'a.cer', bytes: Buffer.from(leaf.pem) };

function file(bytes: Buffer | string, name = 'a.cer'): readonly Fault[] {
  const read = readCertificateFile({ name, bytes: Buffer.from(bytes as string) }, { maxBytes: 1024 * 1024 });
  return read.ok ? [] : read.faults;
}

const partner = (overrides: Parameters<typeof makeLeaf>[1], question: Parameters<typeof judgePartner>[1] = {}) =>
  judgePartner(makeLeaf(root, { at: AT, ...overrides }), { trusted, ...question }).faults;

const ca = (overrides: Parameters<typeof makeRoot>[0], question: Parameters<typeof judgeCa>[1] = {}) =>
  judgeCa(makeRoot({ at: AT, ...overrides }), question).faults;

/** A leaf below CAs below a root, with one thing different about the first CA and about the leaf. */
function path(
  first: Parameters<typeof makeRoot>[0],
  last: Parameters<typeof makeRoot>[0] = {},
  second: Parameters<typeof makeRoot>[0] = {},
): readonly Fault[] {
  const upper = makeIntermediate(root, { at: AT, ...first });
  const lower = makeIntermediate(upper, { at: AT, ...second });
  return pathOf(makeLeaf(lower, { at: AT, ...last }), [upper, lower]);
}

function pathOf(made: MadeCertificate, cas: readonly MadeCertificate[]): readonly Fault[] {
  const result = buildPath(made.certificate, trust([root], cas), AT, 'leaf');
  return result.ok ? [] : [result.fault];
}

const having = (...extensions: readonly RawExtension[]) => ({ extensions });
const { dns } = generalName;
const [A, B] = ['1.2.3.4', '1.2.3.5'];

function spki(algorithm: string, parameters: Buffer, key: Buffer): Buffer {
  return derSequence(
    derSequence(oidBytes(algorithm), parameters),
    derTlv(0x03, Buffer.concat([Buffer.from([0]), key])),
  );
}

function explicitCurve(): Buffer {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** RSA with the exponent 3; nobody signs with it. */
function smallExponent(): Buffer {
  const modulus = derTlv(0x02, Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xff)]));
  const key = derSequence(modulus, derTlv(0x02, Buffer.from([3])));
  return spki('1.2.840.113549.1.1.1', Buffer.from('0500', 'hex'), key);
}

const x25519 = () => generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'der' });
const nested = (depth: number): Buffer => (depth === 0 ? derSequence() : derSequence(nested(depth - 1)));

function tooLong(): readonly Fault[] {
  const cas: MadeCertificate[] = [];
  for (let depth = 1; depth <= 9; depth += 1) cas.push(makeIntermediate(cas.at(-1) ?? root, { at: AT }));
  return pathOf(makeLeaf(cas.at(-1) ?? root, { at: AT }), cas);
}

function tooMuchWork(): readonly Fault[] {
  const cas = Array.from({ length: 52 }, () => makeIntermediate(root, { at: AT, subject: { O: 'Same' } }));
  const signer = makeIntermediate(root, { at: AT, subject: { O: 'Same' } });
  return pathOf(makeLeaf(signer, { at: AT, onlyExtensions: [] }), cas);
}

/** Issues below the portal's own CA, at some later time. */
async function issue(later: number, withItsName = false): Promise<readonly Fault[]> {
  const options = { organization: 'MOSIP', keyKind: 'ec-p256', at: AT } as const;
  const issuing = await createIssuingCa(options, signerOf(await createRootCa(options)));
  const subject = { O: 'MOSIP', CN: issuing.certificate.subject.commonName ?? '' };
  const made = makeLeaf(root, { at: AT + later, ...(withItsName ? { subject } : {}) });
  const signer = signerOf(issuing);
  const issued = await issueMosipCertificate(made.certificate, signer, AT + later, []);
  return issued.ok ? [] : issued.faults;
}

/** A way to every fault but those of the request; a new fault does not compile without one. */
export const PROVOCATIONS: Readonly<Record<Provoked, () => readonly Fault[] | Promise<readonly Fault[]>>> = {
  'file-name-ending': () => file(leaf.pem, 'a.txt'),
  'file-several': () => judgeSeveralFiles([ONE_OF_TWO, ONE_OF_TWO], { maxBytes: 65_536 }),
  'file-too-large': () => file(Buffer.alloc(1024 * 1024 + 1, 65)),
  'file-empty': () => file(''),
  'file-private-key': () => file('-----BEGIN PRIVATE KEY-----'),
  'file-key-store': () => file(Buffer.from('feedfeed', 'hex')),
  'file-certificate-request': () => file(toPemText(derSequence(), 'CERTIFICATE REQUEST')),
  'file-crl': () => file(toPemText(derSequence(), 'X509 CRL')),
  'file-public-key': () => file(leaf.keys.publicKey.export({ type: 'spki', format: 'der' })),
  'file-html': () => file('<!doctype html>'),
  'file-pkcs7-not-armoured': () => file(derSequence(oidBytes('1.2.840.113549.1.7.2'), derTlv(0xa0, derSequence()))),
  'file-no-certificate': () => file('hello'),
  'pem-block-broken': () => file(leaf.pem.slice(0, -10)),
  'pkcs7-broken': () => file(toPemText(derSequence(), 'PKCS7')),
  'certificate-cut-off': () => file(leaf.der.subarray(0, -1)),
  'certificate-trailing-bytes': () => file(Buffer.concat([leaf.der, Buffer.from([0])])),
  'certificate-not-der': () => file(derSequence(derTlv(0x01, Buffer.from([1])))),
  'certificate-too-deep': () => file(toPemText(nested(40))),
  'certificate-too-complex': () =>
    file(toPemText(derSequence(...Array<Buffer>(20_001).fill(Buffer.from('0500', 'hex'))))),
  'certificate-malformed': () => file(derSequence()),
  'certificate-repeated-extension': () =>
    file(makeLeaf(root, { onlyExtensions: [unknownExtension(false), unknownExtension(false)] }).der),
  'certificate-algorithms-differ': () => file(makeLeaf(root, { tamper: changeOuterAlgorithm }).der),
  'file-too-many-certificates': () => file(makeRoot({ onlyExtensions: [], subject: { O: 'x' } }).pem.repeat(101)),

  'ca-already-stored': () => ca({}, { alreadyStored: true }),
  'not-yet-valid': () => partner({ notBefore: AT + SECOND }),
  expired: () => partner({ notAfter: AT - SECOND }),
  'ca-ends-too-soon': () => ca({ notAfter: AT + DAY }),
  'partner-ends-too-soon': () => partner({ notAfter: AT + DAY }),
  'version-not-3': () => partner({ version: 1 }),
  'self-signed': () => judgePartner(makeSelfSigned({ at: AT })).faults,
  'organization-missing': () => partner({ subject: { CN: 'x' } }),
  'organization-several': () => partner({ subject: { O: ['Acme Chips Ltd', 'Other'] } }),
  'organization-differs': () => partner({ subject: { O: 'Other' } }),
  'not-a-ca': () => ca({ isCa: false }),
  'ca-without-cert-sign': () => ca({ keyUsage: ['cRLSign'] }),
  'key-algorithm': () => partner({ spki: x25519() }),
  'key-rsa-size': () => partner({ key: 'rsa-1024' }),
  'key-rsa-exponent': () => partner({ spki: smallExponent() }),
  'key-curve': () => partner({ key: 'secp256k1' }),
  'key-explicit-curve': () => partner({ spki: explicitCurve() }),
  'key-broken': () => partner({ spki: spki('1.3.101.112', Buffer.alloc(0), Buffer.alloc(32)) }),
  'signature-algorithm': () => partner({ hash: 'sha1' }),
  'signature-parameters': () => partner({ claimedParameters: Buffer.from('0500', 'hex') }),
  'critical-extension': () => ca(having(unknownExtension(true))),
  'ca-is-root': () => ca({}, { expectedKind: 'intermediate' }),
  'ca-is-intermediate': () => judgeCa(makeIntermediate(root, { at: AT }), { trusted, expectedKind: 'root' }).faults,
  'key-in-use': () => partner({}, { keyInUse: true }),
  'already-approved': () => partner({}, { alreadyApproved: true }),
  'subject-is-our-ca': () => issue(0, true),
  'signing-ca-ends-too-soon': () => issue(5 * 365 * DAY),

  'path-issuer-missing': () => pathOf(makeLeaf(makeRoot({ at: AT }), { at: AT }), []),
  'path-signature': () => path({}, { signWith: root.privateKey }),
  'path-not-yet-valid': () => path({ notBefore: AT + SECOND }),
  'path-expired': () => path({ notAfter: AT - SECOND }),
  'path-version': () => path({ version: 1 }),
  'path-not-a-ca': () => path({ isCa: false }),
  'path-without-cert-sign': () => path({ keyUsage: ['cRLSign'] }),
  'path-length': () => path({ pathLength: 0 }),
  'path-key': () => path({ key: 'rsa-1024' }),
  'path-signature-algorithm': () => path({ hash: 'sha1' }),
  'path-critical-extension': () => path(having(unknownExtension(true))),
  'path-name-not-permitted': () =>
    path(having(nameConstraints([dns('a.example')])), having(subjectAltName(dns('b.example')))),
  'path-name-excluded': () =>
    path(having(nameConstraints([], [dns('a.example')])), having(subjectAltName(dns('a.example')))),
  'path-name-unreadable': () =>
    path(having(nameConstraints([], [dns('*.example')])), having(subjectAltName(dns('a.example')))),
  'path-policy-mapping': () => path(having(policyMappings([A, '2.5.29.32.0']))),
  'path-policy': () => path(having(policies(A), policyConstraints({ require: 0 }))),
  'path-policy-any': () =>
    path(
      having(policies(A), policyConstraints({ require: 0 }), inhibitAnyPolicy(0)),
      {},
      having(policies('2.5.29.32.0')),
    ),
  'path-policy-mapping-inhibited': () =>
    path(
      having(policies(A), policyConstraints({ require: 0, inhibit: 0 })),
      having(policies(B)),
      having(policies(A), policyMappings([A, B])),
    ),
  'path-too-long': tooLong,
  'path-too-much-work': tooMuchWork,
};

/** Makes the algorithm outside of the signed part ecdsa-with-SHA384, where inside it is ecdsa-with-SHA256. */
function changeOuterAlgorithm(der: Buffer): Buffer {
  const changed = Buffer.from(der);
  const at = changed.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'));
  changed[at + 7] = 3;
  return changed;
}
