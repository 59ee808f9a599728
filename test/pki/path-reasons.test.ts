import { describe, expect, it } from 'vitest';
import { buildPath, type Fault } from '../../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import {
  generalName as general,
  inhibitAnyPolicy,
  nameConstraints,
  policies,
  policyConstraints,
  policyMappings,
  subjectAltName,
  unknownExtension,
} from '../support/extensions.ts';
import { keyPair } from '../support/keys.ts';
import { AT, namesOf } from './support.ts';
import { trust } from './trust.ts';

/** The chain "Step 1" (the root) to "Step n" (the leaf), each with what is different about it, and the reason against it. */
function refuse(...differs: readonly Overrides[]): { fault: Fault; made: readonly MadeCertificate[] } {
  const made: MadeCertificate[] = [];
  for (const [index, overrides] of differs.entries()) {
    const all = { at: AT, subject: { CN: `Step ${index + 1}` }, ...overrides };
    const above = made.at(-1);
    if (above === undefined) made.push(makeRoot(all));
    else made.push(index === differs.length - 1 ? makeLeaf(above, all) : makeIntermediate(above, all));
  }
  const [root, leaf] = [made[0], made.at(-1)];
  if (root === undefined || leaf === undefined) throw new Error('no chain');
  const result = buildPath(leaf.certificate, trust([root], made.slice(1, -1)), AT, 'leaf');
  if (result.ok) throw new Error('accepted');
  namesOf([result.fault]);
  return { fault: result.fault, made };
}

const [A, B] = ['1.3.6.1.4.1.99999.10', '1.3.6.1.4.1.99999.11'];
const ANY = '2.5.29.32.0';
const require0 = policyConstraints({ require: 0 });

describe('the reason against a path', () => {
  it.each([1, 2, 3])('names the certificate, its place from the root, and the length of the path: step %d', (step) => {
    const differs: Overrides[] = [{}, {}, {}, {}];
    differs[step - 1] = { isCa: false };
    const { fault, made } = refuse(...differs);
    expect(fault).toMatchObject({
      name: 'path-not-a-ca',
      data: {
        certificate: `Step ${step}`,
        fingerprint: made[step - 1]?.certificate.fingerprint,
        step,
        steps: 4,
      },
    });
  });

  it('names a certificate without a subject by its fingerprint', () => {
    const { fault, made } = refuse({}, {}, { subject: {}, extensions: [unknownExtension(true)] });
    const certificate = made[2]?.certificate.fingerprint.slice(0, 16);
    expect(fault).toMatchObject({ name: 'path-critical-extension', data: { certificate, step: 3 } });
  });

  it.each([
    [[{ pathLength: 0 }, {}, {}], { by: 'Step 1', byStep: 1, count: 0, found: 1, certificate: 'Step 2', step: 2 }],
    [[{ pathLength: 1 }, {}, {}, {}], { by: 'Step 1', byStep: 1, count: 1, found: 2, certificate: 'Step 3', step: 3 }],
    [
      [{ pathLength: 3 }, { pathLength: 1 }, {}, {}, {}],
      { by: 'Step 2', byStep: 2, count: 1, found: 2, certificate: 'Step 4', step: 4 },
    ],
    [
      [{ pathLength: 2 }, { pathLength: 1 }, {}, {}, {}],
      { by: 'Step 1', byStep: 1, count: 2, found: 3, certificate: 'Step 4', step: 4 },
    ],
  ])('of path length names the CA that sets the limit, the limit, and the CA that is too many: %#', (chain, data) => {
    expect(refuse(...chain).fault).toMatchObject({ name: 'path-length', data });
  });

  it('tells what is wrong with a key or a signature, not only that something is', () => {
    expect(refuse({}, { key: 'secp256k1' }, {}).fault.data).toMatchObject({
      because: 'key-curve',
      curve: 'secp256k1 (1.3.132.0.10)',
      certificate: 'Step 2',
      step: 2,
    });
    expect(refuse({}, { key: 'rsa-1024' }, {}).fault.data).toMatchObject({ because: 'key-rsa-size', bits: 1024 });
    expect(refuse({}, { hash: 'sha1' }, {}).fault.data).toMatchObject({
      because: 'signature-algorithm',
      algorithm: 'ecdsa-with-SHA1',
    });
  });

  it('tells the uses of a key that may not sign certificates', () => {
    const data = (keyUsage: readonly string[]) => refuse({}, { keyUsage }, {}).fault.data;
    expect(data(['cRLSign', 'digitalSignature'])).toMatchObject({ keyUsage: 'digitalSignature, cRLSign', step: 2 });
    expect(data([])).toMatchObject({ keyUsage: '–' });
  });

  it('counts the CA certificates of the right name whose keys did not sign', () => {
    const root = makeRoot({ at: AT });
    const cas = [1, 2, 3].map(() => makeIntermediate(root, { at: AT, subject: { CN: 'Same' } }));
    const [first] = cas;
    if (first === undefined) throw new Error('no CA');
    const forged = makeLeaf(first, { at: AT, signWith: keyPair().privateKey });
    for (const known of [1, 2, 3]) {
      const result = buildPath(forged.certificate, trust([root], cas.slice(0, known)), AT, 'leaf');
      expect(result).toMatchObject({ fault: { name: 'path-signature', data: { issuer: 'Same', count: known } } });
    }
  });

  it('gives no step where no root was reached', () => {
    const root = makeRoot({ at: AT });
    const ca = makeIntermediate(root, { at: AT });
    for (const store of [trust([]), trust([], [ca])]) {
      const result = buildPath(makeLeaf(ca, { at: AT }).certificate, store, AT, 'leaf');
      expect(result).toMatchObject({ fault: { name: 'path-issuer-missing' } });
      if (!result.ok) expect(Object.keys(result.fault.data)).not.toContain('step');
    }
  });
});

describe('the reason against a name', () => {
  const { dns, ip, email, uri, directory, registeredId } = general;
  const leaf = (...names: readonly Buffer[]): Overrides => ({ extensions: [subjectAltName(...names)] });
  const limited = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Overrides => ({
    extensions: [nameConstraints(permitted, excluded)],
  });
  const v6 = (last: number, mask: readonly number[] = []) =>
    ip(0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), last, ...mask);

  it.each([
    [
      'not-permitted',
      limited([dns('acme.example')]),
      leaf(dns('evil.example')),
      'DNS:evil.example',
      'DNS:acme.example',
    ],
    [
      'not-permitted',
      limited([dns('a.example'), dns('b.example'), email('c.example')]),
      leaf(dns('evil.example')),
      'DNS:evil.example',
      'DNS:a.example | DNS:b.example',
    ],
    [
      'excluded',
      limited([], [dns('a.example'), dns('evil.example')]),
      leaf(dns('x.evil.example')),
      'DNS:x.evil.example',
      'DNS:evil.example',
    ],
    [
      'excluded',
      limited([], [ip(192, 0, 2, 0, 255, 255, 255, 0)]),
      leaf(ip(192, 0, 2, 7)),
      'IP:192.0.2.7',
      'IP:192.0.2.0/255.255.255.0',
    ],
    [
      'not-permitted',
      limited([v6(0, [...Array<number>(4).fill(255), ...Array<number>(11).fill(0), 1])]),
      leaf(v6(1)),
      'IP:2001:db8:0:0:0:0:0:1',
      'IP:2001:db8:0:0:0:0:0:0/ffff:ffff:0:0:0:0:0:1',
    ],
    [
      'excluded',
      limited([], [uri('.evil.example')]),
      leaf(uri('https://x.evil.example')),
      'URI:https://x.evil.example',
      'URI:.evil.example',
    ],
    [
      'excluded',
      limited([], [email('evil.example')]),
      leaf(email('x@evil.example')),
      'email:x@evil.example',
      'email:evil.example',
    ],
    [
      'unreadable',
      limited([], [ip(192, 0, 2, 0, 255, 255, 255, 0)]),
      leaf(ip(192, 0, 2)),
      'IP:c00002',
      'IP:192.0.2.0/255.255.255.0',
    ],
    ['unreadable', limited([registeredId('1.2.3')]), leaf(registeredId('1.2.3')), 'registeredID', 'registeredID'],
    [
      'unreadable',
      limited([], [dns('fine.example'), dns('*.evil.example')]),
      leaf(dns('x.evil.example')),
      'DNS:x.evil.example',
      'DNS:*.evil.example',
    ],
  ] as const)('shows the constraint and the name that breaks it: %s, %#', (kind, ca, last, value, constraint) => {
    const { fault } = refuse({}, ca, {}, last);
    expect(fault).toMatchObject({
      name: `path-name-${kind}`,
      data: { by: 'Step 2', byStep: 2, certificate: 'Step 4', step: 4, steps: 4, value, constraint },
    });
  });

  it('shows directory names, and the root as the one that limits', () => {
    const barred = directory(makeRoot({ subject: { O: 'Evil' } }).subjectDer);
    const { fault } = refuse(limited([], [barred]), {}, { subject: { O: 'Evil', CN: 'x' } });
    expect(fault).toMatchObject({
      name: 'path-name-excluded',
      data: { by: 'Step 1', byStep: 1, value: 'DirName:CN=x,O=Evil', constraint: 'DirName:O=Evil' },
    });
  });

  it.each([
    [5, false],
    [6, true],
  ])('shows at most five constraints: of %d', (count, cut) => {
    const hosts = Array.from({ length: count }, (_, index) => dns(`h${index}.example`));
    const { constraint } = refuse({}, limited(hosts), leaf(dns('evil.example'))).fault.data;
    expect(constraint).toBe(`${[0, 1, 2, 3, 4].map((each) => `DNS:h${each}.example`).join(' | ')}${cut ? ' | …' : ''}`);
  });
});

describe('the reason against the policies', () => {
  const withAll = (...extensions: NonNullable<Overrides['extensions']>): Overrides => ({ extensions });

  it('names the CA that requires one, what would do, and the certificate that has another', () => {
    expect(refuse({}, withAll(policies(A), require0), withAll(policies(B))).fault).toMatchObject({
      name: 'path-policy',
      data: { by: 'Step 2', byStep: 2, certificate: 'Step 3', step: 3, steps: 3, expected: A, found: B },
    });
    expect(refuse({}, withAll(policies(ANY), require0), {}).fault.data).toMatchObject({
      expected: `anyPolicy (${ANY})`,
      found: '–',
    });
  });

  it('names the certificate that lost the policy, though the one that requires it stands below', () => {
    expect(refuse({}, withAll(policies(A)), {}, withAll(policies(A), require0)).fault).toMatchObject({
      data: { by: 'Step 4', byStep: 4, certificate: 'Step 3', step: 3, expected: A, found: '–' },
    });
  });

  it('names the CA whose requirement comes first', () => {
    const requireAfter = (count: number) => withAll(policies(A), policyConstraints({ require: count }));
    expect(refuse({}, requireAfter(1), requireAfter(0), withAll(policies(B))).fault.data).toMatchObject({
      by: 'Step 2',
    });
    expect(refuse({}, requireAfter(3), requireAfter(0), withAll(policies(B))).fault.data).toMatchObject({
      by: 'Step 3',
    });
  });

  it('shows what a mapping made of the policy', () => {
    const mapped = withAll(policies(A), require0, policyMappings([A, B]));
    expect(refuse({}, mapped, withAll(policies(A))).fault.data).toMatchObject({ expected: B, found: A });
  });

  it('names the CA that does not let any policy count', () => {
    const ca = withAll(policies(A), require0);
    const { fault } = refuse({}, ca, withAll(policies(A), inhibitAnyPolicy(0)), withAll(policies(ANY, B)));
    expect(fault).toMatchObject({
      name: 'path-policy-any',
      data: { by: 'Step 2', inhibitedBy: 'Step 3', inhibitedByStep: 3, certificate: 'Step 4', expected: A },
    });
  });

  it('names the CA that forbids mapping, and the one that maps', () => {
    const { fault } = refuse(
      {},
      withAll(policies(A), policyConstraints({ require: 0, inhibit: 0 })),
      withAll(policies(A), policyMappings([A, B])),
      withAll(policies(B)),
    );
    expect(fault).toMatchObject({
      name: 'path-policy-mapping-inhibited',
      data: { by: 'Step 2', inhibitedBy: 'Step 2', inhibitedByStep: 2, certificate: 'Step 3', step: 3, mapped: A },
    });
  });
});
