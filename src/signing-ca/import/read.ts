import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Reason } from '../../lib/reasons.ts';
import { armour, findPemBlocks, type PemBlock } from '../../pki/file/pem.ts';
import { type Certificate, openPkcs12, readCertificate } from '../../pki/index.ts';

/** A private key and the certificates that came with it, in the order of the file. */
export interface KeyStore {
  readonly certificates: readonly Certificate[];
  readonly privateKey: KeyObject;
}

export type ReadKeyStore =
  | { readonly ok: true; readonly value: KeyStore }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

const CODE = 'PMP-CA-005';
const PLAIN_LABELS = /(?<!ENCRYPTED )PRIVATE KEY$/;

/** Reads a CA's private key and certificates: PKCS#12, or PEM with one ENCRYPTED PRIVATE KEY. One that is not encrypted is refused. */
export function readKeyStore(bytes: Buffer, passphrase: string): ReadKeyStore {
  if (passphrase === '') return refused('ca-import-passphrase-missing');
  const opened = bytes[0] === 0x30 ? openBinary(bytes, passphrase) : openPem(bytes, passphrase);
  if ('name' in opened) return { ok: false, reasons: [opened] };
  const [privateKey, ...others] = opened.privateKeys;
  if (privateKey === undefined) return refused('ca-import-key-missing');
  if (others.length > 0) return refused('ca-import-keys-several', { found: opened.privateKeys.length });
  return readAll(opened.certificates, privateKey);
}

interface Opened {
  readonly certificates: readonly Buffer[];
  readonly privateKeys: readonly KeyObject[];
}

function openBinary(bytes: Buffer, passphrase: string): Opened | Reason {
  if (!/^[\x20-\x7e]*$/.test(passphrase)) return reason('ca-import-passphrase-not-ascii');
  const opened = openPkcs12(bytes, passphrase);
  return opened.ok ? opened : reason(REFUSALS[opened.why]);
}

const REFUSALS = {
  unreadable: 'ca-import-unreadable',
  passphrase: 'ca-import-passphrase-wrong',
  'plain-key': 'ca-import-key-plain',
} as const;

function openPem(bytes: Buffer, passphrase: string): Opened | Reason {
  const blocks = findPemBlocks(bytes.toString('latin1'));
  if (blocks.length === 0 || blocks.some(({ content }) => content === undefined)) return reason('ca-import-unreadable');
  if (blocks.some(({ label }) => PLAIN_LABELS.test(label))) return reason('ca-import-key-plain');
  const labelled = (wanted: string) => blocks.filter(({ label }) => label === wanted).map(contentOf);
  try {
    const privateKeys = labelled('ENCRYPTED PRIVATE KEY').map((der) =>
      createPrivateKey({ key: armour('ENCRYPTED PRIVATE KEY', der), passphrase }),
    );
    return { privateKeys, certificates: labelled('CERTIFICATE') };
  } catch {
    return reason('ca-import-passphrase-wrong');
  }
}

function contentOf({ content }: PemBlock): Buffer {
  return content ?? Buffer.alloc(0);
}

function readAll(ders: readonly Buffer[], privateKey: KeyObject): ReadKeyStore {
  const results = ders.map((der) => readCertificate(der));
  const reasons = results.flatMap((each, index) =>
    each.ok
      ? []
      : [reason('ca-import-certificate', { ...each.fault.data, number: index + 1, because: each.fault.name })],
  );
  if (reasons.length > 0) return { ok: false, reasons };
  return { ok: true, value: { privateKey, certificates: results.flatMap((each) => (each.ok ? [each.value] : [])) } };
}

function reason(name: string, data: Reason['data'] = {}): Reason {
  return { code: CODE, name, data };
}

function refused(name: string, data?: Reason['data']): ReadKeyStore {
  return { ok: false, reasons: [reason(name, data)] };
}
