import { describe, expect, it } from 'vitest';
import { fileBudget, readCertificate, readCertificateFile, type TrustedCertificates } from '../../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeRoot, type Overrides } from '../support/certificates.ts';
import { derSequence, derTlv } from '../support/der.ts';
import { generalName, nameConstraints, subjectAltName } from '../support/extensions.ts';
import { type KeyKind, keyPair } from '../support/keys.ts';
import { AT, judgeCa } from './support.ts';
import { trust } from './trust.ts';

/** An RSA key of this size with this exponent. It signed nothing; to find that out takes as long as if it had. */
function rsaSpki(bits: number, exponent: Buffer): Buffer {
  const modulus = Buffer.concat([Buffer.from([0, 0xc1]), Buffer.alloc(bits / 8 - 2, 0x5a), Buffer.from([0x5b])]);
  const algorithm = derSequence(Buffer.from('06092a864886f70d010101', 'hex'), Buffer.from('0500', 'hex'));
  const key = derSequence(derTlv(0x02, modulus), derTlv(0x02, exponent));
  return derSequence(algorithm, derTlv(0x03, Buffer.concat([Buffer.from([0]), key])));
}

const F4 = Buffer.from('010001', 'hex');
const FULL_LENGTH = Buffer.alloc(383, 0x55);

/** Judges the certificates of one file in turn: what is spent, and how often the budget was not enough. */
function judgeFile(certificates: readonly MadeCertificate[], trusted: TrustedCertificates = trust([])) {
  const left = fileBudget();
  const names = certificates.map((made) => judgeCa(made, { trusted, budget: left }).names);
  const exceeded = names.filter((each) => each.includes('path-too-much-work')).length;
  const full = fileBudget();
  return {
    exceeded,
    signatureChecks: full.signatureChecks - left.signatureChecks,
    candidates: full.candidates - left.candidates,
    nameComparisons: full.nameComparisons - left.nameComparisons,
  };
}

describe('a signature check counts, with a key of', () => {
  it.each<[string, Overrides, number]>([
    ['RSA 8192', { spki: rsaSpki(8192, F4) }, 1],
    ['RSA 8200', { spki: rsaSpki(8200, F4) }, 10],
    ['RSA 16384', { spki: rsaSpki(16_384, F4) }, 10],
    ['RSA with an exponent of 32 bits', { spki: rsaSpki(3072, Buffer.from('00ffffffff', 'hex')) }, 1],
    ['RSA with an exponent of 33 bits', { spki: rsaSpki(3072, Buffer.from('0100000001', 'hex')) }, 10],
    ['RSA with an exponent of full length', { spki: rsaSpki(3072, FULL_LENGTH) }, 10],
  ])('%s', (_, overrides, count) => {
    const made = makeRoot({ at: AT, signWith: keyPair('rsa-2048').privateKey, ...overrides });
    expect(judgeFile([made]).signatureChecks).toBe(count);
  });

  it.each<[KeyKind, number]>([
    ['rsa-1024', 1],
    ['rsa-2048', 1],
    ['P-256', 1],
    ['P-384', 1],
    ['P-521', 1],
    ['secp256k1', 10],
    ['Ed25519', 1],
    ['Ed448', 1],
  ])('%s', (key, count) => {
    expect(judgeFile([makeRoot({ at: AT, key })]).signatureChecks).toBe(count);
  });
});

describe('one file', () => {
  it('with keys that take long is given up after ten of them', () => {
    const overrides = { at: AT, spki: rsaSpki(3072, FULL_LENGTH), signWith: keyPair('rsa-3072').privateKey };
    const file = Array.from({ length: 12 }, () => makeRoot(overrides));
    expect(judgeFile(file)).toMatchObject({ signatureChecks: 100, exceeded: 2 });
  });

  it('may try four thousand issuers', () => {
    const [subject, key] = [{ CN: 'Namesake' }, keyPair('P-256')];
    const root = makeRoot({ at: AT, extensions: [nameConstraints([generalName.dns('acme.example')])] });
    const namesakes = Array.from({ length: 40 }, () => makeIntermediate(root, { at: AT, subject, key }));
    const [first = root] = namesakes;
    const extensions = [subjectAltName(generalName.dns('evil.example'))];
    const file = Array.from({ length: 52 }, () => makeIntermediate(first, { at: AT, extensions }));
    // Each tries 40 namesakes, and the root above each: 80. The first also checks 41 signatures, the others one each.
    const spent = judgeFile(file, trust([root], namesakes));
    expect(spent).toMatchObject({ candidates: 4_000, exceeded: 2, signatureChecks: 41 + 49 });
  });

  it('may compare a hundred thousand names', () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, n) => generalName.dns(`h${n}.acme.example`));
    const root = makeRoot({ at: AT });
    const limited = makeIntermediate(root, { at: AT, extensions: [nameConstraints(hosts(1_000))] });
    // 24 host names and a subject of two parts under a thousand trees: 26 000 comparisons each.
    const below = () => makeIntermediate(limited, { at: AT, extensions: [subjectAltName(...hosts(24))] });
    const spent = judgeFile([below(), below(), below(), below()], trust([root], [limited]));
    expect(spent.exceeded).toBe(1);
    expect(spent.nameComparisons).toBeGreaterThan(3 * 26_000 - 1);
    expect(spent.nameComparisons).toBeLessThanOrEqual(100_000);
  });

  it('counts long names several times', () => {
    const root = makeRoot({ at: AT });
    const spentOn = (...names: readonly Buffer[]) => {
      const limited = makeIntermediate(root, {
        at: AT,
        extensions: [nameConstraints([generalName.uri('acme.example')])],
      });
      const made = makeIntermediate(limited, { at: AT, subject: [], extensions: [subjectAltName(...names)] });
      return judgeFile([made], trust([root], [limited])).nameComparisons;
    };
    expect(spentOn(generalName.uri('https://acme.example/'))).toBe(1);
    expect(spentOn(generalName.uri(`https://acme.example/${'x'.repeat(255 - 21)}`))).toBe(1);
    expect(spentOn(generalName.uri(`https://acme.example/${'x'.repeat(256 - 21)}`))).toBe(2);
    expect(spentOn(generalName.uri(`https://acme.example/${'x'.repeat(25_600 - 21)}`))).toBe(101);
  });
});

describe('elements', () => {
  const hosts = (count: number) => subjectAltName(...Array.from({ length: count }, () => generalName.dns('x.example')));
  const withHosts = (count: number) => makeRoot({ at: AT, extensions: [hosts(count)] });
  const elementsOf = ({ der }: MadeCertificate) => {
    const file = { left: 1_000_000 };
    readCertificate(der, file);
    return 1_000_000 - file.left;
  };
  /** Those of a certificate with no host but one. */
  const others = elementsOf(withHosts(1)) - 1;

  it('are counted in the extensions too', () => {
    expect(elementsOf(withHosts(1_001))).toBe(others + 1_001);
  });

  it('are twenty thousand at most in a certificate', () => {
    expect(readCertificate(withHosts(20_000 - others).der)).toMatchObject({ ok: true });
    expect(readCertificate(withHosts(20_001 - others).der)).toMatchObject({
      fault: { name: 'certificate-too-complex', data: { limit: 20_000, fileLimit: 40_000 } },
    });
  });

  it('are forty thousand at most in a file', () => {
    const { pem } = withHosts(2_000 - others);
    const read = (text: string) =>
      readCertificateFile({ name: 'x.pem', bytes: Buffer.from(text) }, { maxBytes: 1024 * 1024 });
    const full = read(pem.repeat(20));
    expect(full.ok && full.certificates.length).toBe(20);
    expect(read(`${pem.repeat(20)}${withHosts(1).pem.repeat(3)}`)).toMatchObject({
      faults: [{ name: 'certificate-too-complex', data: { number: 21 } }],
    });
  });
});
