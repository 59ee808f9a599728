import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { buildPath, type TrustedCertificates } from '../../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { unknownExtension } from '../support/extensions.ts';
import { keyPair } from '../support/keys.ts';
import { AT, namesOf } from './support.ts';
import { trust } from './trust.ts';

function path(leaf: MadeCertificate, trusted: TrustedCertificates, purpose: 'leaf' | 'issuer' = 'leaf') {
  const result = buildPath(leaf.certificate, trusted, AT, purpose);
  if (!result.ok) namesOf([result.fault]);
  return result.ok ? result.path.issuers.map((each) => each.certificate.subject.label) : result.fault;
}

const labels = (...made: MadeCertificate[]) => made.map((each) => each.certificate.subject.label);

/** A chain of root, CA and leaf in which one certificate differs. */
function chain(differs: { root?: Overrides; ca?: Overrides; leaf?: Overrides }) {
  const root = makeRoot({ at: AT, ...differs.root });
  const ca = makeIntermediate(root, { at: AT, ...differs.ca });
  const leaf = makeLeaf(ca, { at: AT, ...differs.leaf });
  return { root, ca, leaf, result: path(leaf, trust([root], [ca])) };
}

describe('each certificate of a path', () => {
  const wrong: readonly [string, Overrides][] = [
    ['path-not-yet-valid', { notBefore: AT + SECOND }],
    ['path-expired', { notAfter: AT - SECOND }],
    ['path-key', { key: 'rsa-1024' }],
    ['path-key', { key: 'secp256k1' }],
    ['path-signature-algorithm', { hash: 'sha1' }],
    ['path-signature-algorithm', { hash: 'sha224' }],
    ['path-critical-extension', { extensions: [unknownExtension(true)] }],
  ];

  it.each(wrong)('is refused with %s', (name, overrides) => {
    for (const place of ['root', 'ca', 'leaf'] as const) {
      const { result, ...made } = chain({ [place]: overrides });
      expect(result).toMatchObject({
        code: 'KER-PCM-006',
        name,
        data: { certificate: made[place].certificate.subject.label, fingerprint: made[place].certificate.fingerprint },
      });
    }
  });

  it.each<Overrides>([
    { notBefore: AT },
    { notAfter: AT },
    { extensions: [unknownExtension(false)] },
    { hash: 'sha384' },
    { hash: 'sha512' },
    { key: 'rsa-2048', hash: 'sha256', pss: true },
    { key: 'rsa-2048', hash: 'sha512', pss: true },
  ])('is accepted with %o', (overrides) => {
    const { root, ca, result } = chain({ root: overrides, ca: overrides, leaf: overrides });
    expect(result).toEqual(labels(root, ca));
  });
});

describe('each CA certificate of a path', () => {
  it.each<[string, Overrides]>([
    ['path-not-a-ca', { isCa: false }],
    ['path-not-a-ca', { isCa: null }],
    ['path-version', { version: 1 }],
    ['path-without-cert-sign', { keyUsage: ['cRLSign', 'digitalSignature'] }],
  ])('is refused with %s', (name, overrides) => {
    for (const place of ['root', 'ca'] as const) {
      const { result, ...made } = chain({ [place]: overrides });
      expect(result).toMatchObject({ name, data: { fingerprint: made[place].certificate.fingerprint } });
    }
  });

  it('needs no key usage', () => {
    const { root, ca, result } = chain({ root: { keyUsage: null }, ca: { keyUsage: null } });
    expect(result).toEqual(labels(root, ca));
  });
});

describe('the path length', () => {
  it('of every CA above binds, of the root too', () => {
    expect(chain({ root: { pathLength: 0 } }).result).toMatchObject({ name: 'path-length', data: { count: 0 } });
    const { root, ca, result } = chain({ root: { pathLength: 1 }, ca: { pathLength: 0 } });
    expect(result).toEqual(labels(root, ca));
  });

  it('does not count self-issued certificates', () => {
    const root = makeRoot({ at: AT, pathLength: 1 });
    const old = makeIntermediate(root, { at: AT, pathLength: 0 });
    const rekeyed = makeIntermediate(old, { at: AT, subjectDer: old.subjectDer });
    expect(path(makeLeaf(rekeyed, { at: AT }), trust([root], [old, rekeyed]))).toEqual(labels(root, old, rekeyed));
  });

  it('is not widened by a CA below', () => {
    const root = makeRoot({ at: AT, pathLength: 1 });
    const first = makeIntermediate(root, { at: AT, pathLength: 5 });
    const second = makeIntermediate(first, { at: AT });
    expect(path(makeLeaf(second, { at: AT }), trust([root], [first, second]))).toMatchObject({
      name: 'path-length',
      data: { by: root.certificate.subject.label, count: 1, certificate: second.certificate.subject.label },
    });
  });
});

describe('finding the issuer', () => {
  const root = makeRoot({ at: AT });

  it('ends only at a root: an intermediate alone is no anchor', () => {
    const ca = makeIntermediate(root, { at: AT });
    const leaf = makeLeaf(ca, { at: AT });
    expect(path(leaf, trust([], [ca]))).toMatchObject({
      name: 'path-issuer-missing',
      data: { certificate: ca.certificate.subject.label, issuer: root.certificate.subject.text },
    });
  });

  it('tries every CA of the name: a re-keyed one', () => {
    const old = makeIntermediate(root, { at: AT });
    const renewed = makeIntermediate(root, { at: AT, subjectDer: old.subjectDer });
    for (const ca of [old, renewed]) {
      expect(path(makeLeaf(ca, { at: AT }), trust([root], [old, renewed]))).toEqual(labels(root, ca));
    }
  });

  it('tries every CA of the name: the same key certified twice, one of them expired', () => {
    const expired = makeIntermediate(root, { at: AT, notAfter: AT - DAY });
    const renewed = makeIntermediate(root, { at: AT, subjectDer: expired.subjectDer, key: expired.keys });
    const leaf = makeLeaf(expired, { at: AT });
    expect(path(leaf, trust([root], [expired, renewed]))).toEqual(labels(root, renewed));
    expect(path(leaf, trust([root], [expired]))).toMatchObject({ name: 'path-expired' });
  });

  it('finds the way over a cross-certificate when one root is not trusted', () => {
    const other = makeRoot({ at: AT });
    const cross = makeIntermediate(other, { at: AT, subjectDer: root.subjectDer, key: root.keys });
    const ca = makeIntermediate(root, { at: AT });
    const leaf = makeLeaf(ca, { at: AT });
    expect(path(leaf, trust([other], [cross, ca]))).toEqual(labels(other, cross, ca));
  });

  it('compares names as RFC 5280 7.1 says, not byte for byte', () => {
    const ca = makeIntermediate(root, { at: AT, subject: [['O', 'Straße  der Chips', 'bmpString']] });
    const other = makeLeaf(makeRoot(), { subject: [['O', ' STRASSE der chips', 'utf8String']] });
    const leaf = makeLeaf(ca, { at: AT, issuerDer: other.subjectDer });
    expect(path(leaf, trust([root], [ca]))).toEqual(labels(root, ca));
  });

  it('does not take a CA of another name with the right key', () => {
    const ca = makeIntermediate(root, { at: AT });
    const leaf = makeLeaf(ca, { at: AT, issuerDer: makeIntermediate(root).subjectDer });
    expect(path(leaf, trust([root], [ca]))).toMatchObject({ name: 'path-issuer-missing' });
  });

  it('does not take a CA of the right name with another key', () => {
    const ca = makeIntermediate(root, { at: AT });
    const leaf = makeLeaf(ca, { at: AT, signWith: keyPair().privateKey });
    expect(path(leaf, trust([root], [ca]))).toMatchObject({
      name: 'path-signature',
      data: { issuer: ca.certificate.subject.label, certificate: leaf.certificate.subject.label },
    });
  });

  it('does not let a partner certificate with CA = TRUE carry anything that is not in the store', () => {
    const partner = makeLeaf(root, { at: AT, isCa: true, keyUsage: ['keyCertSign'] });
    expect(path(makeLeaf(partner, { at: AT }), trust([root]))).toMatchObject({ name: 'path-issuer-missing' });
  });
});

describe('the bounds of the work', () => {
  it('are ten certificates: root, eight below it, leaf', () => {
    const root = makeRoot({ at: AT });
    const cas: MadeCertificate[] = [];
    for (let depth = 1; depth <= 9; depth += 1) cas.push(makeIntermediate(cas.at(-1) ?? root, { at: AT }));
    const [eighth, ninth] = cas.slice(7);
    if (eighth === undefined || ninth === undefined) throw new Error('the chain is too short');
    expect(path(makeLeaf(eighth, { at: AT }), trust([root], cas))).toHaveLength(9);
    expect(path(makeLeaf(ninth, { at: AT }), trust([root], cas))).toMatchObject({
      name: 'path-too-long',
      data: { limit: 10 },
    });
  });

  it('are fifty signature checks: the right issuer among fifty of the same name, but not behind fifty wrong ones', () => {
    const root = makeRoot({ at: AT });
    const named = (count: number) =>
      Array.from({ length: count }, () => makeIntermediate(root, { at: AT, subject: { O: 'Same' } }));
    const right = makeIntermediate(root, { at: AT, subject: { O: 'Same' }, onlyExtensions: [] });
    const signer = makeIntermediate(root, { at: AT, subject: { O: 'Same' } });
    const leaf = makeLeaf(signer, { at: AT, onlyExtensions: [] });
    expect(path(leaf, trust([root], [...named(48), signer]))).toEqual(labels(root, signer));
    const fault = path(leaf, trust([root], [...named(50), signer, right]));
    expect(fault).toMatchObject({ name: 'path-too-much-work', data: { limit: 50 } });
  });

  it('prefer the CA whose key the certificate names', () => {
    const root = makeRoot({ at: AT });
    const same = Array.from({ length: 60 }, () => makeIntermediate(root, { at: AT, subject: { O: 'Same' } }));
    const last = same.at(-1) ?? root;
    expect(path(makeLeaf(last, { at: AT }), trust([root], same))).toEqual(labels(root, last));
  });

  it('end at once for CAs that sign each other', () => {
    const one = makeRoot({ at: AT, subject: { O: 'One' } });
    const two = makeRoot({ at: AT, subject: { O: 'Two' } });
    const crossed = [
      makeIntermediate(two, { at: AT, subjectDer: one.subjectDer, key: one.keys }),
      makeIntermediate(one, { at: AT, subjectDer: two.subjectDer, key: two.keys }),
    ];
    expect(path(makeLeaf(one, { at: AT }), trust([], crossed))).toMatchObject({ name: 'path-issuer-missing' });
    const many = Array.from({ length: 12 }, (_, index) =>
      makeIntermediate(index % 2 === 0 ? two : one, {
        at: AT,
        subjectDer: (index % 2 === 0 ? one : two).subjectDer,
        key: (index % 2 === 0 ? one : two).keys,
      }),
    );
    expect(path(makeLeaf(one, { at: AT }), trust([], many))).toMatchObject({ code: 'KER-PCM-006' });
  });
});

describe('the reason reported', () => {
  const root = makeRoot({ at: AT });

  it('is that of the candidate that came furthest: a whole path before a missing issuer', () => {
    const far = makeIntermediate(root, { at: AT, pathLength: 0 });
    const sub = makeIntermediate(far, { at: AT });
    const stranger = makeIntermediate(makeRoot({ at: AT }), { at: AT, subjectDer: sub.subjectDer, key: sub.keys });
    const leaf = makeLeaf(sub, { at: AT });
    for (const store of [trust([root], [far, sub, stranger]), trust([root], [stranger, sub, far])]) {
      expect(path(leaf, store)).toMatchObject({ name: 'path-length' });
    }
  });

  it('is that of the longer climb', () => {
    const top = makeIntermediate(makeRoot({ at: AT }), { at: AT });
    const middle = makeIntermediate(top, { at: AT });
    const shortcut = makeIntermediate(makeRoot({ at: AT }), {
      at: AT,
      subjectDer: middle.subjectDer,
      key: middle.keys,
    });
    expect(path(makeLeaf(middle, { at: AT }), trust([root], [shortcut, top, middle]))).toMatchObject({
      data: { certificate: top.certificate.subject.label },
    });
  });

  it('has the code of the rule that asked', () => {
    const ca = makeIntermediate(root, { at: AT });
    expect(path(ca, trust([]), 'issuer')).toMatchObject({ code: 'KER-PCM-005' });
    expect(path(ca, trust([]), 'leaf')).toMatchObject({ code: 'KER-PCM-006' });
  });
});
