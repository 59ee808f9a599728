import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKeyStore } from '../../src/signing-ca/index.ts';
import { encryptedKey, FILE_PASSPHRASE, pemBundle, pkcs12, temporaryFolder } from '../cli/support.ts';
import { makeIntermediate, makeRoot } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { openssl } from '../support/openssl.ts';
import { hasTool, need } from '../support/tools.ts';

const root = makeRoot({ key: 'rsa-2048' });
const issuing = makeIntermediate(root);
const hasOldCiphers = need(
  hasTool('openssl') && openssl(['list', '-providers', '-provider', 'legacy']).status === 0,
  "openssl's provider of old ciphers is not installed",
);

const FORMS: readonly (readonly [name: string, options: readonly string[] | undefined])[] = [
  ['PEM', undefined],
  ['PKCS#12 as OpenSSL makes it now', []],
  ['PKCS#12 with many rounds and SHA-512', ['-iter', '20000', '-macalg', 'sha512']],
  ['PKCS#12 without a MAC', ['-nomac']],
  ...(hasOldCiphers ? [['PKCS#12 as OpenSSL made it before (RC2, triple DES)', ['-legacy']] as const] : []),
];
const KINDS: readonly KeyKind[] = ['rsa-3072', 'P-256', 'P-384'];

const codesAndNames = (bytes: Buffer | string, passphrase = FILE_PASSPHRASE) => {
  const read = readKeyStore(Buffer.from(bytes), passphrase);
  return read.ok ? [] : read.reasons.map(({ code, name }) => `${code} ${name}`);
};
const openKey = (type: 'pkcs8' | 'sec1') => issuing.privateKey.export({ type, format: 'pem' }) as string;

describe('a CA to be imported', () => {
  it.each(FORMS.flatMap(([form, options]) => KINDS.map((kind) => [kind, form, options] as const)))(
    'is read with its %s key and its certificates, byte for byte, from %s',
    (kind, _, options) => {
      const place = temporaryFolder();
      const made = makeIntermediate(root, { key: kind });
      const bytes =
        options === undefined ? Buffer.from(pemBundle(made, root)) : readFileSync(pkcs12(place, made, [root], options));
      const read = readKeyStore(bytes, FILE_PASSPHRASE);
      if (!read.ok) throw new Error(read.reasons.map(({ name }) => name).join());
      expect(read.value.certificates.map(({ der }) => der)).toEqual([made.der, root.der]);
      const spki = createPublicKey(read.value.privateKey).export({ type: 'spki', format: 'der' });
      expect(spki).toEqual(made.certificate.key.spki);
      expect(codesAndNames(bytes, `${FILE_PASSPHRASE}.`)).toEqual(['PMP-CA-005 ca-import-passphrase-wrong']);
    },
  );

  it('is read from a PEM whose passphrase has any characters, but not from such a PKCS#12', () => {
    const passphrase = 'clé très secrète';
    expect(codesAndNames(`${encryptedKey(issuing, passphrase)}${issuing.pem}`, passphrase)).toEqual([]);
    const file = readFileSync(pkcs12(temporaryFolder(), issuing, [root]));
    expect(codesAndNames(file, passphrase)).toEqual(['PMP-CA-005 ca-import-passphrase-not-ascii']);
  });

  it.each<[string, () => Buffer | string, string]>([
    ['an open key', () => openKey('pkcs8') + issuing.pem, 'key-plain'],
    ['an open key in the form of its kind', () => openKey('sec1') + issuing.pem, 'key-plain'],
    ['an open key beside an encrypted one', () => encryptedKey(issuing) + openKey('pkcs8'), 'key-plain'],
    ['no key', () => issuing.pem + root.pem, 'key-missing'],
    ['two keys', () => encryptedKey(issuing) + pemBundle(issuing, root), 'keys-several'],
    ['nothing', () => '', 'unreadable'],
    ['a text', () => 'a text', 'unreadable'],
    ['a block that is cut off', () => pemBundle(issuing, root).slice(0, 300), 'unreadable'],
    ['DER that is no key store', () => issuing.der, 'unreadable'],
    ['DER that is cut off', () => issuing.der.subarray(0, 100), 'unreadable'],
    [
      'a certificate that is none',
      () => `${encryptedKey(issuing)}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`,
      'certificate',
    ],
  ])('is refused with %s', (_, file, name) => {
    expect(codesAndNames(file())).toEqual([`PMP-CA-005 ca-import-${name}`]);
  });

  it.each([
    ['an open key', ['-keypbe', 'NONE'], 'key-plain'],
    ['no key', ['-nokeys'], 'key-missing'],
  ])('is refused as PKCS#12 with %s', (_, options, name) => {
    const file = readFileSync(pkcs12(temporaryFolder(), issuing, [root], options));
    expect(codesAndNames(file)).toEqual([`PMP-CA-005 ca-import-${name}`]);
  });

  it('is told by a wrong passphrase whatever it decrypts to, where a PKCS#12 has no MAC', () => {
    const file = readFileSync(pkcs12(temporaryFolder(), issuing, [root], ['-iter', '1', '-nomac']));
    // One in 256 has an end as padding should be.
    const found = Array.from({ length: 1000 }, (_, index) => codesAndNames(file, `wrong ${index}`)).flat();
    expect(new Set(found)).toEqual(new Set(['PMP-CA-005 ca-import-passphrase-wrong']));
  });

  it('is told from a wrong passphrase where a PKCS#12 is cut off', () => {
    const file = readFileSync(pkcs12(temporaryFolder(), issuing, [root]));
    for (const length of [file.length - 1, Math.floor(file.length / 2)]) {
      expect(codesAndNames(file.subarray(0, length))).toEqual(['PMP-CA-005 ca-import-unreadable']);
    }
  });

  it('is refused without a passphrase, whatever the file', () => {
    expect(codesAndNames(pemBundle(issuing, root), '')).toEqual(['PMP-CA-005 ca-import-passphrase-missing']);
  });

  it('never throws, wherever a PKCS#12 is cut off or changed', () => {
    const file = readFileSync(pkcs12(temporaryFolder(), issuing, [root]));
    for (let at = 0; at < file.length; at += 37) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      for (const bytes of [file.subarray(0, at), changed]) {
        const read = readKeyStore(bytes, FILE_PASSPHRASE);
        // Outside of what the MAC protects a changed byte can leave the contents as they were.
        if (read.ok) expect(read.value.certificates.map(({ der }) => der)).toEqual([issuing.der, root.der]);
      }
    }
  });
});
