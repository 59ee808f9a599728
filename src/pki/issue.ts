import { randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { type Certificate, readCertificate } from './certificate.ts';
import { TAG } from './der/tags.ts';
import { bitString, sequence, tlv } from './der/write.ts';
import type { PublicKeyInfo } from './key.ts';
import type { Signer, SignerAlgorithm } from './signer.ts';
import { verifies } from './verify.ts';

/** What goes into a certificate that the portal composes. Names and key are DER and are carried over byte for byte. */
export interface CertificateContent {
  readonly issuerDer: Buffer;
  readonly subjectDer: Buffer;
  readonly spki: Buffer;
  /** UTC ms, whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Present: a CA certificate with this path length, for signing certificates and CRLs. Absent: for digital signatures. */
  readonly pathLength?: number;
  /** Key identifiers, lower-case hex. */
  readonly subjectKeyId: string;
  readonly authorityKeyId: string;
}

/** AlgorithmIdentifiers (RFC 4055 section 5 with NULL, RFC 5758 3.2 without parameters). */
const ALGORITHMS: Readonly<Record<SignerAlgorithm, Buffer>> = {
  sha256WithRSAEncryption: Buffer.from('300d06092a864886f70d01010b0500', 'hex'),
  'ecdsa-with-SHA256': Buffer.from('300a06082a8648ce3d040302', 'hex'),
  'ecdsa-with-SHA384': Buffer.from('300a06082a8648ce3d040303', 'hex'),
};

/** Positions in a TBSCertificate with its version written (RFC 5280 4.1). */
const VERSION = 0;
const VALIDITY = 4;
const SUBJECT = 5;
const EXTENSIONS = 7;

/**
 * Composes a certificate with node-forge and signs it by `sign` (rules 5). forge cannot hold keys other than RSA and would
 * write names anew, so these parts are put in as the DER they came as. What comes out is read back, and must be verified by
 * `signerKey`: a signer whose key is not the expected one is an error.
 */
export async function composeCertificate(
  content: CertificateContent,
  signer: Pick<Signer, 'algorithm' | 'sign'>,
  signerKey: PublicKeyInfo,
): Promise<Certificate> {
  const algorithm = ALGORITHMS[signer.algorithm];
  const tbs = composeTbs(content, algorithm);
  const signature = await signer.sign(tbs);
  const read = readCertificate(sequence(tbs, algorithm, bitString(signature)));
  if (!read.ok) throw new Error(`the portal composed a certificate that it refuses: ${read.fault.name}`);
  if (!verifies(signerKey, read.value)) throw new Error('the signing key does not match its CA certificate');
  return read.value;
}

function composeTbs(content: CertificateContent, algorithm: Buffer): Buffer {
  const certificate = blankCertificate();
  certificate.validity.notBefore = new Date(content.notBefore);
  certificate.validity.notAfter = new Date(content.notAfter);
  certificate.setExtensions(extensions(content));
  const part = partsOf(certificate);
  return sequence(
    part(VERSION),
    tlv(TAG.integer, randomSerial()),
    algorithm,
    content.issuerDer,
    part(VALIDITY),
    content.subjectDer,
    content.spki,
    part(EXTENSIONS),
  );
}

/** forge's types leave this function out. */
interface WithTbs {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
}

function extensions({ pathLength, subjectKeyId, authorityKeyId }: CertificateContent): object[] {
  const isCa = pathLength !== undefined;
  return [
    { name: 'basicConstraints', critical: true, cA: isCa, ...(isCa ? { pathLenConstraint: pathLength } : {}) },
    { name: 'keyUsage', critical: true, ...(isCa ? { keyCertSign: true, cRLSign: true } : { digitalSignature: true }) },
    { id: '2.5.29.14', critical: false, value: binary(tlv(TAG.octetString, Buffer.from(subjectKeyId, 'hex'))) },
    { id: '2.5.29.35', critical: false, value: binary(sequence(tlv(0x80, Buffer.from(authorityKeyId, 'hex')))) },
  ];
}

/** forge holds bytes in strings. */
function binary(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** A Name of one organisation and one common name, as DER, in UTF8String. */
export function composeName(organization: string, commonName: string): Buffer {
  const certificate = blankCertificate();
  const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  certificate.setSubject([
    { name: 'organizationName', value: organization, valueTagClass: utf8 },
    { name: 'commonName', value: commonName, valueTagClass: utf8 },
  ]);
  return partsOf(certificate)(SUBJECT);
}

/** Stands for the key that is put in as DER. Made when it is needed: forge takes long to load, and a start does without. */
const someKey = () => forge.pki.setRsaPublicKey(new forge.jsbn.BigInteger('3'), new forge.jsbn.BigInteger('3'));

function blankCertificate(): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = someKey();
  certificate.siginfo.algorithmOid = '1.2.840.113549.1.1.11';
  return certificate;
}

/** The TBSCertificate as forge composes it: its part at a position, as DER. */
function partsOf(certificate: forge.pki.Certificate): (position: number) => Buffer {
  const { getTBSCertificate } = forge.pki as unknown as WithTbs;
  const fields = getTBSCertificate(certificate).value as forge.asn1.Asn1[];
  return (position) => {
    const field = fields[position];
    if (field === undefined) throw new Error(`forge composed a certificate without its part ${position}`);
    return Buffer.from(forge.asn1.toDer(field).getBytes(), 'latin1');
  };
}

/** 128 random bits as the content of a positive INTEGER, in its shortest form (rules 5). */
function randomSerial(): Buffer {
  const bits = randomBytes(16);
  const first = bits.findIndex((octet) => octet !== 0);
  const digits = first < 0 ? Buffer.from([1]) : bits.subarray(first);
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.from([0]), digits]);
}
