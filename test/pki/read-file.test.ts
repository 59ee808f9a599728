import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeSeveralFiles, readCertificateFile } from '../../src/pki/index.ts';
import { asFile, type FileForm, makeIntermediate, makeLeaf, makeRoot, toPemText } from '../support/certificates.ts';
import { derSequence, derTlv, oidBytes } from '../support/der.ts';
import { basicConstraints, unknownExtension } from '../support/extensions.ts';
import { hasTool } from '../support/tools.ts';
import { namesOf } from './support.ts';

const root = makeRoot();
const ca = makeIntermediate(root);
const leaf = makeLeaf(ca);
const MAX = 65_536;
const edwardsKey = generateKeyPairSync('ed25519').privateKey;

function read(bytes: Buffer | string, name = 'chip.cer') {
  return readCertificateFile({ name, bytes: Buffer.from(bytes as string) }, { maxBytes: MAX });
}

/** What is refused, by name; a file that is read gives "ok" and the number of its certificates. */
function verdict(bytes: Buffer | string, name?: string): string {
  const result = read(bytes, name);
  return result.ok ? `ok ${result.certificates.length}` : namesOf(result.faults).join(' ');
}

const codes = (bytes: Buffer | string, name?: string) => {
  const result = read(bytes, name);
  return result.ok ? [] : result.faults.map((each) => each.code);
};

describe('a file with a certificate is read', () => {
  it.each<FileForm>(['der', 'pem', 'pem-with-text', 'pem-crlf', 'pem-bom'])('as %s', (form) => {
    const result = read(asFile(leaf, form));
    expect(result).toMatchObject({ ok: true, format: form === 'der' ? 'DER' : 'PEM' });
    expect(result.ok && result.certificates.map((each) => each.der)).toEqual([leaf.der]);
  });

  it('as UTF-16, as editors save it', () => {
    const little = Buffer.from(`\ufeff${leaf.pem}`, 'utf16le');
    expect(verdict(little)).toBe('ok 1');
    expect(verdict(Buffer.from(little).swap16())).toBe('ok 1');
  });

  it('with text before it that begins like DER, with the digit 0', () => {
    expect(verdict(`0 s:O = Acme\n${leaf.pem}`)).toBe('ok 1');
  });

  it('with several, in their order', () => {
    const result = read(`Bag\n${leaf.pem}between ${ca.pem}${root.pem}after`);
    expect(result.ok && result.certificates.map((each) => each.der)).toEqual([leaf.der, ca.der, root.der]);
  });

  it('with other harmless blocks around it', () => {
    const parameters = toPemText(Buffer.from('06082a8648ce3d030107', 'hex'), 'EC PARAMETERS');
    expect(verdict(`-----BEGIN \n${parameters}${leaf.pem}`)).toBe('ok 1');
    expect(verdict(`${toPemText(derSequence(), 'CERTIFICATE REQUEST')}${leaf.pem}`)).toBe('ok 1');
  });

  it('with old-style headers, old labels and lines of any length', () => {
    const body = leaf.der.toString('base64');
    expect(verdict(`-----BEGIN CERTIFICATE-----\nProc-Type: 4,CLEAR\nX: y\n\n${body}\n-----END CERTIFICATE-----`)).toBe(
      'ok 1',
    );
    expect(verdict(`-----BEGIN X509 CERTIFICATE-----\r${body}\r-----END X509 CERTIFICATE-----`)).toBe('ok 1');
    expect(verdict(`-----BEGIN CERTIFICATE----- ${body.replace(/(.{3})/g, '$1 \t')} -----END CERTIFICATE-----`)).toBe(
      'ok 1',
    );
  });
});

describe('the name of a file (PMP-UP-001)', () => {
  it.each(['a.cer', 'a.CER', 'a.pem', 'A.Pem', 'é.b.pem'])('%s is accepted', (name) => {
    expect(verdict(leaf.pem, name)).toBe('ok 1');
  });

  it.each(['a.crt', 'cer', 'a.cer.exe', 'a.pem ', '', 'a.cer\0.exe'])('"%s" is not', (name) => {
    expect(codes(leaf.pem, name)).toEqual(['PMP-UP-001']);
  });

  it('is told together with what is wrong inside, and shown harmlessly', () => {
    expect(codes('', 'a.txt')).toEqual(['PMP-UP-001', 'PMP-UP-003']);
    const result = read(leaf.pem, 'evil\u202excod.<b>');
    expect(result).toMatchObject({ contents: { certificates: [{ fingerprint: leaf.certificate.fingerprint }] } });
    expect(!result.ok && result.faults[0]?.data.file).toBe('evil‹U+202E›xcod.<b>');
  });
});

describe('the size of a file (PMP-UP-002, PMP-UP-003)', () => {
  it('is at most what is allowed, and not nothing', () => {
    const padded = (size: number) => Buffer.concat([asFile(leaf), Buffer.alloc(size - asFile(leaf).length, 0x20)]);
    expect(verdict(padded(MAX))).toBe('ok 1');
    expect(codes(padded(MAX + 1))).toEqual(['PMP-UP-002']);
    expect(read(padded(MAX + 1))).toMatchObject({ faults: [{ data: { kibibytes: 64 } }] });
    expect(codes(Buffer.alloc(0))).toEqual(['PMP-UP-003']);
  });
});

describe('several files (PMP-UP-007)', () => {
  const judged = (...files: { name: string; bytes: Buffer }[]) =>
    judgeSeveralFiles(files, { maxBytes: MAX }).map(({ code }) => code);
  const good = { name: 'a.cer', bytes: asFile(leaf) };
  const key = edwardsKey.export({ type: 'pkcs8', format: 'pem' }) as unknown as Buffer;

  it('are refused, with what speaks against each of them', () => {
    expect(judged(good, good)).toEqual(['PMP-UP-007']);
    expect(judged(good, { name: 'b.txt', bytes: Buffer.alloc(0) })).toEqual(['PMP-UP-001', 'PMP-UP-003', 'PMP-UP-007']);
    expect(judged(good, { name: 'b.pem', bytes: Buffer.from(key) })).toEqual(['PMP-UP-007', 'PMP-UP-004']);
    expect(judged({ name: 'a', bytes: Buffer.alloc(MAX + 1) }, { name: 'b', bytes: Buffer.alloc(MAX + 1) })).toEqual([
      'PMP-UP-001',
      'PMP-UP-002',
      'PMP-UP-007',
    ]);
  });
});

describe('a secret is refused before all else (PMP-UP-004)', () => {
  it('and is seen in a file that is too large', () => {
    const pem = edwardsKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const large = Buffer.from(`${leaf.pem}${pem}${' '.repeat(MAX)}`);
    expect(codes(large)).toEqual(['PMP-UP-002', 'PMP-UP-004']);
    const cut = { name: 'a.cer', bytes: large.subarray(0, MAX), cutOff: true };
    expect(readCertificateFile(cut, { maxBytes: MAX })).toMatchObject({
      ok: false,
      faults: [{ code: 'PMP-UP-002' }, { code: 'PMP-UP-004' }],
    });
  });

  const pkcs8 = (key: KeyObject, format: 'pem' | 'der') =>
    key.export({ type: 'pkcs8', format } as never) as unknown as Buffer;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const encrypted = rsa.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' });
  const ders: readonly [string, Buffer][] = [
    ['PKCS#8, RSA', pkcs8(rsa, 'der')],
    ['PKCS#8, EC', pkcs8(ec, 'der')],
    ['PKCS#8, Ed25519', pkcs8(edwardsKey, 'der')],
    ['PKCS#8, encrypted', encrypted],
    ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'der' })],
    ['SEC 1', ec.export({ type: 'sec1', format: 'der' })],
  ];

  it.each(ders)('%s', (_, der) => {
    const forms = [
      der,
      toPemText(der, 'PRIVATE KEY'),
      `${leaf.pem}\n${toPemText(der, 'RSA PRIVATE KEY')}`,
      toPemText(der, 'CERTIFICATE'),
      `${leaf.pem}${toPemText(der, 'HARMLESS')}`,
      der.toString('base64'),
      Buffer.from(toPemText(der, 'PRIVATE KEY'), 'utf16le'),
      Buffer.concat([der, Buffer.from('tail')]),
      Buffer.concat([leaf.der, der]),
    ];
    forms.splice(
      6,
      1,
      Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(toPemText(der, 'PRIVATE KEY'), 'utf16le')]),
    );
    const expected = forms.map(() => ['PMP-UP-004']);
    // An encrypted key with something behind it is no longer told from other bytes; it is refused all the same.
    if (der === encrypted) expected[7] = ['KER-PCM-001'];
    expect(forms.map((form) => codes(form))).toEqual(expected);
  });

  it.each([
    '-----BEGIN PRIVATE KEY-----\ncut off',
    '-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----',
    'PuTTY-User-Key-File-3: ssh-ed25519',
    '{ "kty": "EC", "crv": "P-256", "d": "AAAA" }',
  ])('%s', (text) => {
    expect(verdict(text)).toBe('file-private-key');
    expect(verdict(`${leaf.pem}${text}`)).toBe('file-private-key');
  });

  it.each([
    ['PKCS#12', derSequence(derTlv(0x02, Buffer.from([3])), derSequence(oidBytes('1.2.840.113549.1.7.1')))],
    ['PKCS#12 with indefinite lengths', Buffer.from('3080020103308006092a864886f70d010701', 'hex')],
    ['JKS', Buffer.from('feedfeed0000000200000001', 'hex')],
    ['JCEKS', Buffer.from('cececece0000000200000001', 'hex')],
  ])('a key store: %s', (_, bytes) => {
    expect(verdict(bytes)).toBe('file-key-store');
    expect(codes(toPemText(bytes, 'CERTIFICATE'))).toEqual(['PMP-UP-004']);
  });

  it('but a public key on JSON, and a certificate that speaks of one, are none', () => {
    expect(verdict('{ "kty": "EC", "x": "AAAA" }')).toBe('file-no-certificate');
    expect(verdict(`No private key here\n${leaf.pem}`)).toBe('ok 1');
  });
});

describe('what is no certificate is named for what it is (PMP-UP-005)', () => {
  it.each(['<!DOCTYPE html><title>x', '\n <HTML lang="en">', '\ufeff<!doctype html>', '<!-- x --><html>'])(
    'a web page: %s',
    (text) => {
      expect(verdict(text)).toBe('file-html');
    },
  );

  it('a public key', () => {
    const spki = leaf.keys.publicKey.export({ type: 'spki', format: 'der' });
    expect(verdict(spki)).toBe('file-public-key');
    expect(verdict(toPemText(spki, 'PUBLIC KEY'))).toBe('file-public-key');
    expect(codes(spki)).toEqual(['PMP-UP-005']);
  });

  it('a request or a CRL by its label', () => {
    expect(verdict(toPemText(derSequence(), 'NEW CERTIFICATE REQUEST'))).toBe('file-certificate-request');
    expect(verdict(toPemText(derSequence(), 'X509 CRL'))).toBe('file-crl');
  });

  it.each(['hello', '\0', '{}', '-----BEGIN CERTIFICATE', '-----BEGIN FOO-----\nAAAA\n-----END FOO-----'])(
    'nothing: %o',
    (text) => {
      expect(codes(text)).toEqual(['KER-PCM-001']);
    },
  );
});

describe('strictness (KER-PCM-001)', () => {
  const tampered = (tamper: (der: Buffer) => Buffer) => makeLeaf(ca, { tamper });

  it.each<[string, Buffer]>([
    ['certificate-trailing-bytes', Buffer.concat([leaf.der, Buffer.from([0])])],
    ['certificate-trailing-bytes', Buffer.concat([leaf.der, ca.der])],
    ['certificate-cut-off', leaf.der.subarray(0, -1)],
    ['certificate-cut-off', Buffer.from('30', 'hex')],
    ['certificate-malformed', Buffer.from('3000', 'hex')],
    [
      'certificate-repeated-extension',
      makeLeaf(ca, { onlyExtensions: [unknownExtension(false), unknownExtension(false)] }).der,
    ],
    [
      'certificate-malformed',
      makeLeaf(ca, { onlyExtensions: [{ ...basicConstraints(true), value: Buffer.from('30030101ff00', 'hex') }] }).der,
    ],
    ['certificate-algorithms-differ', tampered((der) => changeOuterAlgorithm(der)).der],
  ])('%s', (name, der) => {
    expect(verdict(der)).toBe(name);
    expect(verdict(toPemText(der))).toBe(name);
    expect(codes(der)).toEqual(['KER-PCM-001']);
  });

  it('says which certificate of the file it is, and lists every one', () => {
    const cut = toPemText(leaf.der.subarray(0, -1));
    const result = read(`${leaf.pem}${cut}${ca.pem}${cut}`);
    expect(!result.ok && result.faults.map((each) => each.data.number)).toEqual([2, 4]);
  });

  it('refuses a block whose text is not whole base64', () => {
    expect(verdict(leaf.pem.replace('MI', 'M*'))).toBe('pem-block-broken');
    expect(verdict(leaf.pem.replace(/.\n-----END/, '\n-----END'))).toBe('pem-block-broken');
    expect(verdict(leaf.pem.slice(0, -10))).toBe('pem-block-broken');
    expect(verdict('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----')).toBe('pem-block-broken');
    expect(verdict(`${leaf.pem}-----BEGIN CERTIFICATE-----\n${leaf.pem}`)).toBe('pem-block-broken');
  });
});

describe('the number of certificates (PMP-UP-006)', () => {
  const many = (count: number) => {
    const small = makeRoot({ onlyExtensions: [], subject: { O: 'x' } });
    return readCertificateFile({ name: 'a.pem', bytes: Buffer.from(small.pem.repeat(count)) }, { maxBytes: 1 << 20 });
  };

  it('is at most 100', () => {
    expect(many(100)).toMatchObject({ ok: true });
    const result = many(101);
    expect(result).toMatchObject({ ok: false, faults: [{ code: 'PMP-UP-006', data: { found: 101, limit: 100 } }] });
  });
});

describe.skipIf(!hasTool('openssl'))('files that openssl makes', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-'));
    writeFileSync(join(folder, 'chain.pem'), `${leaf.pem}${ca.pem}${root.pem}`);
    writeFileSync(join(folder, 'leaf.pem'), leaf.pem);
    writeFileSync(join(folder, 'key.pem'), leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const openssl = (...args: string[]) => {
    execFileSync('openssl', [...args, '-out', 'out'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    return readFileSync(join(folder, 'out'));
  };

  it('PEM-armoured PKCS#7 is read; binary PKCS#7 is named', () => {
    const armoured = openssl('crl2pkcs7', '-nocrl', '-certfile', 'chain.pem');
    const result = read(armoured);
    expect(result).toMatchObject({ ok: true, format: 'PKCS#7' });
    expect(result.ok && result.certificates.map((each) => each.der)).toEqual([leaf.der, ca.der, root.der]);
    expect(verdict(openssl('crl2pkcs7', '-nocrl', '-certfile', 'chain.pem', '-outform', 'DER'))).toBe(
      'file-pkcs7-not-armoured',
    );
    expect(verdict(armoured.toString().replace(/\nM/, '\nMA'))).toBe('pem-block-broken');
    expect(verdict(toPemText(derSequence(oidBytes('1.2.840.113549.1.7.2')), 'PKCS7'))).toBe('pkcs7-broken');
    expect(verdict(openssl('crl2pkcs7', '-nocrl'))).toBe('file-no-certificate');
  });

  it('a request is named', () => {
    const make = (form: string) => openssl('req', '-new', '-key', 'key.pem', '-subj', '/O=Acme/CN=x', '-outform', form);
    expect([verdict(make('PEM')), verdict(make('DER'))]).toEqual([
      'file-certificate-request',
      'file-certificate-request',
    ]);
    const text = make('PEM').toString();
    expect(verdict(text.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'))).not.toMatch(/^ok/);
  });

  it('a key store is refused', () => {
    const store = openssl('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'leaf.pem', '-passout', 'pass:x');
    expect(verdict(store)).toBe('file-key-store');
    expect(verdict(store.toString('base64'))).toBe('file-key-store');
  });

  it('a certificate with its text before it is read', () => {
    expect(verdict(openssl('x509', '-in', 'leaf.pem', '-text'))).toBe('ok 1');
  });
});

/** Makes the algorithm outside of the signed part ecdsa-with-SHA384, where inside it is ecdsa-with-SHA256. */
function changeOuterAlgorithm(der: Buffer): Buffer {
  const changed = Buffer.from(der);
  const at = changed.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'));
  changed[at + 7] = 3;
  return changed;
}
