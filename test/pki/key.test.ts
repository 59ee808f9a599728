import { createPublicKey, ECDH, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyLabel, readCertificateFile } from '../../src/pki/index.ts';
import {
  asFile,
  fingerprintOf,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  type Overrides,
} from '../support/certificates.ts';
import { derSequence, derTlv, oidBytes } from '../support/der.ts';
import { type KeyKind, keyPair } from '../support/keys.ts';
import { AT, judgePartner } from './support.ts';
import { trust } from './trust.ts';

const root = makeRoot({ at: AT });

function judge(overrides: Overrides) {
  return judgePartner(makeLeaf(root, { at: AT, ...overrides }), { trusted: trust([root]) });
}

/** A SubjectPublicKeyInfo with these parts. */
function spki(algorithm: Buffer, key: Buffer): Buffer {
  return derSequence(algorithm, derTlv(0x03, Buffer.concat([Buffer.from([0]), key])));
}

const RSA = derSequence(oidBytes('1.2.840.113549.1.1.1'), Buffer.from('0500', 'hex'));

/** An RSA key of so many bits; its modulus is a number like any other, since nobody signs with it. */
function rsa(bits: number, exponent: string, top = 0x80): Buffer {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  const first = bits % 8 === 0 ? top : 1 << ((bits % 8) - 1);
  modulus[0] = first;
  const integer = (octets: Buffer) =>
    derTlv(0x02, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), octets]) : octets);
  return spki(RSA, derSequence(integer(modulus), integer(Buffer.from(exponent, 'hex'))));
}

/** The same EC key with its point in another form. */
function withPoint(plain: Buffer, octets: number, curve: string, form: 'compressed' | 'hybrid'): Buffer {
  const point = ECDH.convertKey(plain.subarray(-octets), curve, undefined, undefined, form) as Buffer;
  const oid = plain.subarray(0, -octets - 1);
  const start = oid.indexOf(Buffer.from('06072a8648ce3d0201', 'hex'));
  const end = start + 9 + 2 + (oid[start + 10] ?? 0);
  return spki(derSequence(plain.subarray(start, end)), point);
}

/** Two keys (SubjectPublicKeyInfo), with an even and with an odd y: compressed and hybrid forms tell these apart. */
function ofBothParities(kind: KeyKind): readonly Buffer[] {
  const found: Buffer[] = [];
  while (found[0] === undefined || found[1] === undefined) {
    const der = keyPair(kind).publicKey.export({ type: 'spki', format: 'der' });
    found[(der.at(-1) ?? 0) & 1] = der;
  }
  return found;
}

describe('the key of a certificate (2.7, 3.7)', () => {
  it.each(['rsa-2048', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'] as const)('may be %s', (key) => {
    expect(judge({ key }).names).toEqual([]);
  });

  it.each([
    [2047, ['key-rsa-size']],
    [2048, []],
    [8192, []],
    [8193, ['key-rsa-size']],
  ])('may be RSA from 2048 to 8192 bits: %d', (bits, names) => {
    const judged = judge({ spki: rsa(bits, '010001') });
    expect(judged.names).toEqual(names);
    for (const fault of judged.faults) expect(fault).toMatchObject({ code: 'KER-PCM-013', data: { bits } });
  });

  it.each([
    ['01', ['key-rsa-exponent']],
    ['03', ['key-rsa-exponent']],
    ['ffff', ['key-rsa-exponent']],
    ['010001', []],
    ['010002', ['key-rsa-exponent']],
    ['ffffffff', []],
    ['0100000001', ['key-rsa-exponent']],
    [`01${'00'.repeat(20)}01`, ['key-rsa-exponent']],
  ])('has an odd RSA exponent from 65537 to 2^32-1: %s', (exponent, names) => {
    expect(judge({ spki: rsa(2048, exponent) }).names).toEqual(names);
  });

  it('is not on another curve, and not on a curve that is written out', () => {
    expect(judge({ key: 'secp256k1' }).faults).toMatchObject([
      { name: 'key-curve', data: { curve: 'secp256k1 (1.3.132.0.10)' } },
    ]);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const explicit = publicKey.export({ type: 'spki', format: 'der' });
    expect(explicit.length).toBeGreaterThan(200);
    // Node itself does not tell the difference, which is why the portal reads the key by itself.
    expect(createPublicKey({ key: explicit, type: 'spki', format: 'der' }).asymmetricKeyType).toBe('ec');
    expect(judge({ spki: explicit }).faults).toMatchObject([{ code: 'KER-PCM-013', name: 'key-explicit-curve' }]);
  });

  it.each([
    ['1.3.132.0.33', 'P-224 (1.3.132.0.33)'],
    ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1 (1.3.36.3.3.2.8.1.1.7)'],
    ['1.3.6.1.4.1.99999.3', '1.3.6.1.4.1.99999.3'],
  ])('on another curve is told with its name, where it has one: %s', (oid, curve) => {
    const key = spki(derSequence(oidBytes('1.2.840.10045.2.1'), oidBytes(oid)), Buffer.from('0400', 'hex'));
    expect(judge({ spki: key }).faults).toMatchObject([{ name: 'key-curve', data: { curve } }]);
    expect(keyLabel(makeLeaf(root, { spki: key }).certificate.key)).toBe(`EC ${curve}`);
  });

  it('is a point on its curve', () => {
    const good = keyPair('P-256').publicKey.export({ type: 'spki', format: 'der' });
    const bad = Buffer.from(good);
    bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 1;
    expect(judge({ spki: good }).names).toEqual([]);
    expect(judge({ spki: bad }).faults).toMatchObject([{ name: 'key-broken', data: { key: 'EC P-256' } }]);
  });

  it.each([
    ['P-256', 'prime256v1', 65],
    ['P-384', 'secp384r1', 97],
    ['P-521', 'secp521r1', 133],
  ] as const)('has one fingerprint however its point on %s is written', (kind, curve, octets) => {
    const read = (der: Buffer) => makeLeaf(root, { at: AT, spki: der }).certificate.key;
    for (const plain of ofBothParities(kind)) {
      const compressed = withPoint(plain, octets, curve, 'compressed');
      expect(judge({ spki: compressed }).names).toEqual([]);
      expect(read(compressed).spki).toEqual(compressed);
      expect(read(compressed).fingerprint).toBe(fingerprintOf(plain));
      expect(read(plain).fingerprint).toBe(fingerprintOf(plain));
    }
  });

  it('signs the same with a compressed point', () => {
    const keys = keyPair('P-256');
    const plain = keys.publicKey.export({ type: 'spki', format: 'der' });
    const ca = makeIntermediate(root, { at: AT, key: keys, spki: withPoint(plain, 65, 'prime256v1', 'compressed') });
    expect(judgePartner(makeLeaf(ca, { at: AT }), { trusted: trust([root], [ca]) }).names).toEqual([]);
  });

  it('is no hybrid point (RFC 5480 2.2)', () => {
    for (const plain of ofBothParities('P-256')) {
      const hybrid = withPoint(plain, 65, 'prime256v1', 'hybrid');
      // OpenSSL takes it in, so that this is not the point check of Node.
      expect(createPublicKey({ key: hybrid, type: 'spki', format: 'der' }).asymmetricKeyType).toBe('ec');
      expect(judge({ spki: hybrid }).faults).toMatchObject([{ name: 'key-broken', data: { key: 'EC P-256' } }]);
    }
  });

  it('has an odd RSA modulus', () => {
    const even = rsa(2048, '010001');
    const at = even.lastIndexOf(0xff);
    even[at] = 0xfe;
    expect(judge({ spki: even }).faults).toMatchObject([{ name: 'key-broken', data: { key: 'RSA 2048' } }]);
  });

  it('is of a known kind', () => {
    const { publicKey } = generateKeyPairSync('x25519');
    const x25519 = publicKey.export({ type: 'spki', format: 'der' });
    expect(judge({ spki: x25519 }).faults).toMatchObject([
      { name: 'key-algorithm', data: { algorithm: 'X25519 (1.3.101.110)' } },
    ]);
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    expect(judge({ spki: pss }).names).toEqual(['key-algorithm']);
  });

  it('of an accepted kind has the parameters and the length of that kind', () => {
    const withoutNull = spki(derSequence(oidBytes('1.2.840.113549.1.1.1')), derSequence());
    expect(judge({ spki: withoutNull }).faults).toMatchObject([
      { code: 'KER-PCM-013', name: 'key-broken', data: { key: 'RSA (1.2.840.113549.1.1.1)' } },
    ]);
    const short = spki(derSequence(oidBytes('1.3.101.112')), Buffer.alloc(31, 7));
    expect(judge({ spki: short }).faults).toMatchObject([
      { name: 'key-broken', data: { key: 'Ed25519 (1.3.101.112)' } },
    ]);
  });

  it('has parts that are numbers', () => {
    const made = makeLeaf(root, {
      spki: spki(RSA, derSequence(derTlv(0x02, Buffer.from('ff', 'hex')), derTlv(0x02, Buffer.from('03', 'hex')))),
    });
    expect(readCertificateFile({ name: 'x.cer', bytes: asFile(made) }, { maxBytes: 65_536 })).toMatchObject({
      ok: false,
      faults: [{ code: 'KER-PCM-001', data: { part: 'subjectPublicKeyInfo' } }],
    });
  });

  it.each([
    ['P-256', '1.2.840.10045.3.1.7'],
    ['P-384', '1.3.132.0.34'],
    ['P-521', '1.3.132.0.35'],
  ])('is not the point at infinity of %s, under which anybody can sign', (_name, oid) => {
    const infinity = spki(derSequence(oidBytes('1.2.840.10045.2.1'), oidBytes(oid)), Buffer.from([0]));
    // OpenSSL takes it in, so that this is not the point check of Node.
    expect(createPublicKey({ key: infinity, type: 'spki', format: 'der' }).asymmetricKeyType).toBe('ec');
    expect(judge({ spki: infinity }).faults).toMatchObject([{ code: 'KER-PCM-013', name: 'key-broken' }]);
  });

  it('is not a longer or shorter point than the curve has', () => {
    const whole = keyPair('P-256').publicKey.export({ type: 'spki', format: 'der' });
    const algorithm = derSequence(oidBytes('1.2.840.10045.2.1'), oidBytes('1.2.840.10045.3.1.7'));
    for (const point of [
      whole.subarray(-64),
      whole.subarray(-65, -1),
      Buffer.concat([whole.subarray(-65), Buffer.from([0])]),
    ]) {
      expect(judge({ spki: spki(algorithm, point) }).faults).toMatchObject([{ code: 'KER-PCM-013' }]);
    }
  });

  const zeros = (octets: number) => Buffer.alloc(octets);
  const first = (octets: number, value: number) => Buffer.concat([Buffer.from([value]), Buffer.alloc(octets - 1)]);
  it.each([
    ['Ed25519: 0', '1.3.101.112', zeros(32)],
    ['Ed25519: the identity', '1.3.101.112', first(32, 1)],
    ['Ed25519: the identity, signed', '1.3.101.112', Buffer.concat([first(31, 1), Buffer.from([0x80])])],
    ['Ed25519: -1', '1.3.101.112', Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex')],
    [
      'Ed25519: order 8',
      '1.3.101.112',
      Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'),
    ],
    ['Ed448: 0', '1.3.101.113', zeros(57)],
    ['Ed448: the identity', '1.3.101.113', first(57, 1)],
  ])('is no point of small order, under which anybody can sign: %s', (_name, oid, point) => {
    expect(judge({ spki: spki(derSequence(oidBytes(oid)), point) }).faults).toMatchObject([
      { code: 'KER-PCM-013', name: 'key-broken' },
    ]);
  });
});
