import { createPrivateKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { readHeader } from './der/header.ts';
import { catchMalformed } from './der/malformed.ts';

/** What a PKCS#12 file holds, or why it cannot be opened. */
export type OpenedPkcs12 =
  | { readonly ok: true; readonly certificates: readonly Buffer[]; readonly privateKeys: readonly KeyObject[] }
  | { readonly ok: false; readonly why: 'unreadable' | 'passphrase' | 'plain-key' };

/**
 * Opens a PKCS#12 file (RFC 7292) with its passphrase, which must be ASCII: node-forge encodes others in one way for the whole file,
 * where the standards want two. It opens what OpenSSL and Java write now (PBES2, AES-256) and wrote before (RC2, triple DES), the
 * latter beyond Node's own means. Refuses a key that the file does not encrypt. Certificates are DER, not yet read.
 */
export function openPkcs12(bytes: Buffer, passphrase: string): OpenedPkcs12 {
  const opened = decode(bytes, passphrase);
  if (typeof opened === 'string') return { ok: false, why: opened };
  const bags = opened.safeContents.flatMap(({ safeBags }) => safeBags);
  if (bags.some(({ type }) => type === forge.pki.oids.keyBag)) return { ok: false, why: 'plain-key' };
  try {
    return {
      ok: true,
      certificates: bags.filter(({ type }) => type === forge.pki.oids.certBag).map(certificateIn),
      privateKeys: bags.filter(({ type }) => type === forge.pki.oids.pkcs8ShroudedKeyBag).map(keyIn),
    };
  } catch {
    return { ok: false, why: 'unreadable' };
  }
}

function decode(bytes: Buffer, passphrase: string): forge.pkcs12.Pkcs12Pfx | 'unreadable' | 'passphrase' {
  if (isCutOff(bytes)) return 'unreadable';
  let hasMac = true;
  try {
    const pfx = forge.asn1.fromDer(bytes.toString('latin1'), false);
    hasMac = pfx.value.length > 2;
    return forge.pkcs12.pkcs12FromAsn1(pfx, false, passphrase);
  } catch (error) {
    // A wrong passphrase shows in the MAC; in a file without one, in what decrypts to nonsense, of which reading can fail in any way.
    const { message } = error as Error;
    const wrong = hasMac
      ? /MAC could not be verified|[Ff]ailed to decrypt|Unable to decrypt/.test(message)
      : !BEFORE_DECRYPTING.test(message);
    return wrong ? 'passphrase' : 'unreadable';
  }
}

/** What forge says of a file whose outside is no PKCS#12, or that is encrypted in a way it does not know. */
const BEFORE_DECRYPTING = /PFX|authSafe|unsupported|not supported/i;

/** Shorter than it says itself; what is left of it would decrypt to nonsense, as under a wrong passphrase. */
function isCutOff(bytes: Buffer): boolean {
  const header = catchMalformed(() => readHeader(bytes, 0, bytes.length));
  return !header.ok && header.fault.name === 'certificate-cut-off';
}

/** forge reads certificates with RSA keys; the others it leaves as they came. */
function certificateIn({ cert, asn1 }: forge.pkcs12.Bag): Buffer {
  return derOf(cert ? forge.pki.certificateToAsn1(cert) : asn1);
}

function keyIn({ key, asn1 }: forge.pkcs12.Bag): KeyObject {
  return key
    ? createPrivateKey({ key: derOf(forge.pki.privateKeyToAsn1(key)), format: 'der', type: 'pkcs1' })
    : createPrivateKey({ key: derOf(asn1), format: 'der', type: 'pkcs8' });
}

function derOf(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1');
}
