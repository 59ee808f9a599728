import type { FileElements } from '../der/elements.ts';
import { readHeader } from '../der/header.ts';
import { catchMalformed, Malformed } from '../der/malformed.ts';
import type { PlainFaultName } from '../faults.ts';
import { findPemBlocks, type PemBlock } from './pem.ts';
import { certificatesOfPkcs7 } from './pkcs7.ts';
import { type Shape, shapeOf } from './shape.ts';
import { fileText, holdsPrivateKey, isHtml } from './text.ts';

export type FileFormat = 'DER' | 'PEM' | 'PKCS#7';

/** The certificates of a file, each as DER not yet read. */
export interface Contents {
  readonly format: FileFormat;
  readonly certificates: readonly Buffer[];
}

const CERTIFICATE_LABELS = ['CERTIFICATE', 'X509 CERTIFICATE', 'X.509 CERTIFICATE'];
const PKCS7_LABELS = ['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA'];

/** What a file that is no certificate is called. */
const REFUSED: Readonly<Partial<Record<Shape, PlainFaultName>>> = {
  'private-key': 'file-private-key',
  'key-store': 'file-key-store',
  request: 'file-certificate-request',
  crl: 'file-crl',
  'public-key': 'file-public-key',
  pkcs7: 'file-pkcs7-not-armoured',
};

/** Finds the certificates in a file; throws the fault when there is none, or anything secret (rules 1). */
export function readContents(bytes: Buffer, elements: FileElements): Contents {
  const { shape, text, blocks } = refuseSecrets(bytes);
  if (blocks.length > 0 && !isBinary(bytes)) return contentsOfBlocks(blocks, elements);
  if (isHtml(text)) refuse('file-html');
  if (REFUSED[shape] !== undefined) refuse(REFUSED[shape]);
  if (bytes[0] !== 0x30) refuse('file-no-certificate');
  return { format: 'DER', certificates: [bytes] };
}

/** Throws the fault of a private key or key store in a file, whole or cut off; hands out what was found out on the way. */
export function refuseSecrets(bytes: Buffer): { shape: Shape; text: string; blocks: readonly PemBlock[] } {
  const shape = shapeOf(bytes);
  refuseSecret(shape);
  refuseSecret(shapeOf(behind(bytes)));
  const text = fileText(bytes);
  if (holdsPrivateKey(text)) refuse('file-private-key');
  const blocks = findPemBlocks(text);
  // A label may lie: what is inside counts.
  for (const { content } of blocks) if (content !== undefined) refuseSecret(shapeOf(content));
  if (blocks.length === 0) refuseBareBase64Secret(text);
  return { shape, text, blocks };
}

function refuseSecret(shape: Shape): void {
  if (shape === 'private-key' || shape === 'key-store') refuse(REFUSED[shape]);
}

/** What stands behind the first element: nothing, in a file as it should be. */
function behind(bytes: Buffer): Buffer {
  const whole = catchMalformed(() => readHeader(bytes, 0, bytes.length));
  return whole.ok ? bytes.subarray(whole.value.end) : Buffer.alloc(0);
}

/** Whether it begins as DER of some length does; a text can begin with the same first octet, the digit 0. */
function isBinary(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && ((bytes[1] ?? 0) & 0x80) !== 0;
}

function refuse(name: PlainFaultName | undefined): never {
  throw new Malformed(name ?? 'file-no-certificate');
}

/** A key without its armour, as it is pasted from a console. */
function refuseBareBase64Secret(text: string): void {
  const base64 = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]{64,}={0,2}$/.test(base64)) return;
  refuseSecret(shapeOf(Buffer.from(base64, 'base64')));
}

function contentsOfBlocks(blocks: readonly PemBlock[], elements: FileElements): Contents {
  const found: Buffer[] = [];
  let format: FileFormat = 'PEM';
  for (const [index, { label, content }] of blocks.entries()) {
    const isPkcs7 = PKCS7_LABELS.includes(label);
    if (!isPkcs7 && !CERTIFICATE_LABELS.includes(label)) continue;
    if (content === undefined) throw new Malformed('pem-block-broken', { block: index + 1 });
    if (isPkcs7 || shapeOf(content) === 'pkcs7') {
      format = 'PKCS#7';
      found.push(...certificatesOfPkcs7(content, elements));
    } else found.push(content);
  }
  if (found.length === 0) refuseOtherBlocks(blocks);
  return { format, certificates: found };
}

function refuseOtherBlocks(blocks: readonly PemBlock[]): never {
  for (const { label, content } of blocks) {
    if (label.includes('REQUEST')) refuse('file-certificate-request');
    if (label.includes('CRL')) refuse('file-crl');
    const shape = content === undefined ? 'unknown' : shapeOf(content);
    if (shape !== 'pkcs7' && REFUSED[shape] !== undefined) refuse(REFUSED[shape]);
  }
  return refuse('file-no-certificate');
}
