import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  Certificate as Asn1,
  type Extension,
  Extensions,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from '@peculiar/asn1-x509';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { type Certificate, readCertificate } from '../../src/pki/index.ts';
import { basicConstraints, extension, keyIdentifiers, keyUsage, type RawExtension } from './extensions.ts';
import { type KeyKind, type KeyPair, keyPair } from './keys.ts';
import { makeName, type NameSpec, rawName } from './names.ts';
import { algorithmFor, type SigningOptions, signBytes } from './signing.ts';

/** A certificate made for a test or the demo, with what is needed to issue below it. */
export interface MadeCertificate {
  readonly der: Buffer;
  readonly pem: string;
  /** As the portal reads it; throws when the overrides made it unreadable. */
  readonly certificate: Certificate;
  readonly keys: KeyPair;
  readonly privateKey: KeyObject;
  /** The subject Name, DER. */
  readonly subjectDer: Buffer;
}

/** What can be different from a certificate that satisfies every rule. */
export interface Overrides extends SigningOptions {
  /** `{ CN: 'Acme', O: ['A', 'B'] }`, or a list with string types; see `names.ts`. */
  readonly subject?: NameSpec;
  /** The Name as DER, instead of `subject`, or instead of the issuer's own. */
  readonly subjectDer?: Buffer;
  readonly issuerDer?: Buffer;
  /** The instant around which the default validity lies, UTC ms. */
  readonly at?: number;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** A kind of key, or a pair that exists already. */
  readonly key?: KeyKind | KeyPair;
  /** The SubjectPublicKeyInfo as DER, instead of the key's own. */
  readonly spki?: Buffer;
  readonly version?: 1 | 2 | 3;
  /** Content octets of the INTEGER, hex. */
  readonly serial?: string;
  /** `null`: no basic constraints at all. */
  readonly isCa?: boolean | null;
  readonly pathLength?: number;
  /** `null`: no key usage. */
  readonly keyUsage?: readonly string[] | null;
  /** Added to the default ones; one with the same object identifier takes its place. */
  readonly extensions?: readonly RawExtension[];
  /** Exactly these, instead of the default ones. */
  readonly onlyExtensions?: readonly RawExtension[];
  /** The private key that signs, instead of the issuer's. */
  readonly signWith?: KeyObject;
  /** Changes the TBSCertificate before it is signed, or the whole after. */
  readonly changeTbs?: (tbs: TBSCertificate) => void;
  readonly tamper?: (der: Buffer) => Buffer;
}

let made = 0;

/** A self-signed root CA certificate, valid for ten years. */
export function makeRoot(overrides: Overrides = {}): MadeCertificate {
  made += 1;
  return make(null, { subject: { O: 'Test Trust', CN: `Test Root CA ${made}` }, ...CA, ...overrides });
}

/** A CA certificate below `issuer`, valid for ten years. */
export function makeIntermediate(issuer: MadeCertificate, overrides: Overrides = {}): MadeCertificate {
  made += 1;
  return make(issuer, { subject: { O: 'Test Trust', CN: `Test Issuing CA ${made}` }, ...CA, ...overrides });
}

/** A partner's or chip's certificate of "Acme Chips Ltd" below `issuer`, valid for two years. */
export function makeLeaf(issuer: MadeCertificate, overrides: Overrides = {}): MadeCertificate {
  made += 1;
  const subject = { O: 'Acme Chips Ltd', CN: `Acme Chip ${made}` };
  return make(issuer, { subject, isCa: false, keyUsage: ['digitalSignature'], ...overrides });
}

/** A certificate that signs itself and is no CA: what many upload by mistake. */
export function makeSelfSigned(overrides: Overrides = {}): MadeCertificate {
  return make(null, { subject: { O: 'Acme Chips Ltd', CN: 'Acme Self' }, isCa: false, ...overrides });
}

const CA: Overrides = { isCa: true, keyUsage: ['keyCertSign', 'cRLSign'] };

function make(issuer: MadeCertificate | null, overrides: Overrides): MadeCertificate {
  const { key } = overrides;
  const keys = typeof key === 'object' ? key : keyPair(key);
  const signKey = overrides.signWith ?? issuer?.privateKey ?? keys.privateKey;
  const tbs = composeTbs(issuer, keys, signKey, overrides);
  overrides.changeTbs?.(tbs);
  const tbsDer = Buffer.from(AsnConvert.serialize(tbs));
  const whole = new Asn1({
    tbsCertificate: tbs,
    signatureAlgorithm: algorithmFor(signKey, overrides),
    signatureValue: toArrayBuffer(signBytes(tbsDer, signKey, overrides)),
  });
  const der = Buffer.from(AsnConvert.serialize(whole));
  return describe(overrides.tamper?.(der) ?? der, keys, Buffer.from(AsnConvert.serialize(tbs.subject)));
}

function describe(der: Buffer, keys: KeyPair, subjectDer: Buffer): MadeCertificate {
  return {
    der,
    pem: toPemText(der),
    keys,
    privateKey: keys.privateKey,
    subjectDer,
    get certificate() {
      const read = readCertificate(der);
      if (!read.ok) throw new Error(`unreadable: ${read.fault.name} ${JSON.stringify(read.fault.data)}`);
      return read.value;
    },
  };
}

function composeTbs(
  issuer: MadeCertificate | null,
  keys: KeyPair,
  signKey: KeyObject,
  overrides: Overrides,
): TBSCertificate {
  const subject = overrides.subjectDer ? rawName(overrides.subjectDer) : makeName(overrides.subject ?? {});
  const issuerName = overrides.issuerDer ?? issuer?.subjectDer;
  const { notBefore, notAfter } = validity(overrides);
  const spki = overrides.spki ?? keys.publicKey.export({ type: 'spki', format: 'der' });
  const tbs = new TBSCertificate({
    version: (overrides.version ?? 3) - 1,
    serialNumber: toArrayBuffer(serialNumber(overrides.serial)),
    signature: algorithmFor(signKey, overrides),
    issuer: issuerName === undefined ? subject : rawName(issuerName),
    validity: new Validity({ notBefore: new Date(notBefore), notAfter: new Date(notAfter) }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(toArrayBuffer(spki), SubjectPublicKeyInfo),
  });
  const list = extensionList(issuer, keys, overrides);
  if (list.length > 0) tbs.extensions = new Extensions(list);
  return tbs;
}

/** CA certificates have begun a month ago and have almost ten years left; the others began yesterday, for two years. */
function validity({ at = now(), isCa, notBefore, notAfter }: Overrides) {
  const [before, after] = isCa === true ? [30 * DAY, 3_620 * DAY] : [DAY, 729 * DAY];
  return { notBefore: notBefore ?? at - before, notAfter: notAfter ?? at + after };
}

function serialNumber(hex: string | undefined): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

function extensionList(issuer: MadeCertificate | null, keys: KeyPair, overrides: Overrides): Extension[] {
  const { isCa = false, pathLength, keyUsage: usage = null, version = 3 } = overrides;
  if (overrides.onlyExtensions !== undefined) return overrides.onlyExtensions.map(extension);
  if (version !== 3) return (overrides.extensions ?? []).map(extension);
  const standard = [
    ...(isCa === null ? [] : [basicConstraints(isCa, pathLength)]),
    ...(usage === null ? [] : [keyUsage(usage)]),
    ...keyIdentifiers(keys.publicKey, issuer?.keys.publicKey ?? keys.publicKey),
  ];
  const extra = overrides.extensions ?? [];
  const kept = standard.filter((each) => !extra.some((other) => other.oid === each.oid));
  return [...kept, ...extra].map(extension);
}

export type FileForm = 'der' | 'pem' | 'pem-with-text' | 'pem-crlf' | 'pem-bom';

/** The certificate as the bytes of a file, in one of the forms that people upload. */
export function asFile(made: Pick<MadeCertificate, 'der'>, form: FileForm = 'pem'): Buffer {
  const pem = toPemText(made.der);
  switch (form) {
    case 'der':
      return made.der;
    case 'pem-with-text':
      return Buffer.from(`Certificate:\n    Data:\n        Version: 3\n${pem}\nThat was it — kind regards\n`);
    case 'pem-crlf':
      return Buffer.from(pem.replaceAll('\n', '\r\n'));
    case 'pem-bom':
      return Buffer.from(`\ufeff${pem}`);
    default:
      return Buffer.from(pem);
  }
}

/** DER in PEM armour. */
export function toPemText(der: Buffer, label = 'CERTIFICATE'): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** SHA-256 of bytes, lower-case hex: the fingerprint by which pages mark a certificate. */
export function fingerprintOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
