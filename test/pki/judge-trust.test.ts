import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { fileBudget } from '../../src/pki/index.ts';
import { TRUST_RULES } from '../../src/pki/judge-trust.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, makeSelfSigned } from '../support/certificates.ts';
import { unknownExtension } from '../support/extensions.ts';
import { AT, judgeCa } from './support.ts';
import { trust } from './trust.ts';

const YEAR_ON = Date.UTC(2027, 10, 24, 12);

describe('a root CA certificate', () => {
  it('passes, and is its own path', () => {
    const judged = judgeCa(makeRoot({ at: AT }));
    expect(judged).toMatchObject({ kind: 'root', names: [], path: { issuers: [] } });
  });

  it('is refused when the store has it (2.1)', () => {
    const { faults } = judgeCa(makeRoot({ at: AT }), { alreadyStored: true });
    expect(faults).toMatchObject([{ code: 'KER-PCM-003' }]);
  });

  it.each([
    [AT, []],
    [AT + SECOND, ['not-yet-valid']],
  ])('begins (2.2): %d', (notBefore, names) => {
    expect(judgeCa(makeRoot({ at: AT, notBefore })).names).toEqual(names);
  });

  it.each([
    [AT, ['ca-ends-too-soon']],
    [AT - SECOND, ['expired', 'ca-ends-too-soon']],
    [YEAR_ON - SECOND, ['ca-ends-too-soon']],
    [YEAR_ON, []],
  ])('ends (2.3, 2.4): %d', (notAfter, names) => {
    const judged = judgeCa(makeRoot({ at: AT, notAfter }));
    expect(judged.names).toEqual(names);
    for (const fault of judged.faults) expect(fault.data).toMatchObject({ notAfterAt: notAfter });
  });

  it('counts calendar months: from 29 February to 28 February', () => {
    const at = Date.UTC(2028, 1, 29, 8);
    const ends = Date.UTC(2029, 1, 28, 8);
    expect(judgeCa(makeRoot({ at, notAfter: ends }), { at }).names).toEqual([]);
    expect(judgeCa(makeRoot({ at, notAfter: ends - SECOND }), { at }).names).toEqual(['ca-ends-too-soon']);
  });

  it.each([1, 2] as const)('is of version 3 (2.5), not %d', (version) => {
    const judged = judgeCa(makeRoot({ at: AT, version }));
    expect(judged.faults).toMatchObject([
      { code: 'KER-PCM-007', data: { version } },
      { code: 'PMP-TS-001', name: 'not-a-ca' },
    ]);
  });

  it('is a CA that may sign certificates (2.6)', () => {
    expect(judgeCa(makeSelfSigned({ at: AT })).names).toEqual(expect.arrayContaining(['not-a-ca']));
    expect(judgeCa(makeRoot({ at: AT, isCa: null })).names).toEqual(['not-a-ca']);
    expect(judgeCa(makeRoot({ at: AT, keyUsage: ['cRLSign', 'digitalSignature'] })).faults).toMatchObject([
      { code: 'PMP-TS-001', name: 'ca-without-cert-sign', data: { keyUsage: 'digitalSignature, cRLSign' } },
    ]);
    expect(judgeCa(makeRoot({ at: AT, keyUsage: null })).names).toEqual([]);
    expect(judgeCa(makeRoot({ at: AT, keyUsage: [] })).names).toEqual(['ca-without-cert-sign']);
  });

  it('has no critical extension that nobody processes (2.9)', () => {
    expect(judgeCa(makeRoot({ at: AT, extensions: [unknownExtension(false)] })).names).toEqual([]);
    expect(judgeCa(makeRoot({ at: AT, extensions: [unknownExtension(true)] })).faults).toMatchObject([
      { code: 'PMP-TS-003', data: { extension: '1.3.6.1.4.1.99999.1' } },
    ]);
  });

  it('belongs on the tab of roots (2.11)', () => {
    expect(judgeCa(makeRoot({ at: AT }), { expectedKind: 'root' }).names).toEqual([]);
    expect(judgeCa(makeRoot({ at: AT }), { expectedKind: 'intermediate' }).faults).toMatchObject([
      { code: 'PMP-TS-002', name: 'ca-is-root' },
    ]);
  });

  it('signed with SHA-1 is still seen to sign itself (2.8, 2.10)', () => {
    expect(judgeCa(makeRoot({ at: AT, hash: 'sha1', key: 'rsa-2048' }))).toMatchObject({
      kind: 'root',
      names: ['signature-algorithm'],
    });
  });

  it('that only bears its own name as issuer is no root (2.10)', () => {
    const root = makeRoot({ at: AT });
    const imitation = makeRoot({ at: AT, subjectDer: root.subjectDer, signWith: root.privateKey });
    expect(judgeCa(imitation)).toMatchObject({ kind: 'intermediate', names: ['path-issuer-missing'] });
  });

  it('is told every reason at once, in the order of the rules', () => {
    const root = makeRoot({
      at: AT,
      notBefore: AT + DAY,
      notAfter: AT + 2 * DAY,
      keyUsage: ['cRLSign'],
      key: 'rsa-1024',
      hash: 'sha1',
      extensions: [unknownExtension(true)],
    });
    const { faults } = judgeCa(root, { alreadyStored: true, expectedKind: 'intermediate' });
    expect(faults.map((each) => each.code)).toEqual([
      'KER-PCM-003',
      'KER-PMS-020',
      'KER-PCM-017',
      'PMP-TS-001',
      'KER-PCM-013',
      'KER-PCM-014',
      'PMP-TS-003',
      'PMP-TS-002',
    ]);
  });
});

describe('an intermediate CA certificate', () => {
  const root = makeRoot({ at: AT });
  const trusted = trust([root]);

  it('passes below a root of the domain (2.12)', () => {
    const judged = judgeCa(makeIntermediate(root, { at: AT }), { trusted, expectedKind: 'intermediate' });
    expect(judged).toMatchObject({ kind: 'intermediate', names: [] });
    expect(judged.path.issuers.map((each) => each.certificate.fingerprint)).toEqual([root.certificate.fingerprint]);
  });

  it('is refused without its root, naming it', () => {
    const judged = judgeCa(makeIntermediate(root, { at: AT }));
    expect(judged.faults).toMatchObject([
      { code: 'KER-PCM-005', name: 'path-issuer-missing', data: { issuer: root.certificate.subject.text } },
    ]);
  });

  it('belongs on its own tab (2.11)', () => {
    const judged = judgeCa(makeIntermediate(root, { at: AT }), { trusted, expectedKind: 'root' });
    expect(judged.faults).toMatchObject([{ code: 'PMP-TS-002', name: 'ca-is-intermediate' }]);
  });

  it.each([
    [0, ['path-length']],
    [1, []],
  ])('below a root of path length %d', (pathLength, names) => {
    const limited = makeRoot({ at: AT, pathLength });
    const above = makeIntermediate(limited, { at: AT });
    const store = trust([limited], pathLength === 0 ? [] : [above]);
    const judged = judgeCa(pathLength === 0 ? above : makeIntermediate(limited, { at: AT }), { trusted: store });
    expect(judged.names).toEqual(names);
  });

  it('below a CA of path length 0 is refused, though no leaf would exceed it', () => {
    const limited = makeIntermediate(root, { at: AT, pathLength: 0 });
    const judged = judgeCa(makeIntermediate(limited, { at: AT }), { trusted: trust([root], [limited]) });
    expect(judged.faults).toMatchObject([
      { code: 'KER-PCM-005', name: 'path-length', data: { by: limited.certificate.subject.label, count: 0 } },
    ]);
  });

  it('is not judged twice for the same thing', () => {
    const made = makeIntermediate(root, {
      at: AT,
      notAfter: AT - DAY,
      keyUsage: ['cRLSign'],
      extensions: [unknownExtension(true)],
    });
    expect(judgeCa(made, { trusted }).names).toEqual([
      'expired',
      'ca-ends-too-soon',
      'ca-without-cert-sign',
      'critical-extension',
    ]);
  });

  it('which is no CA is told so, and keeps its path', () => {
    const judged = judgeCa(makeLeaf(root, { at: AT }), { trusted });
    expect(judged.names).toEqual(['not-a-ca']);
    expect(judged.path.issuers).toHaveLength(1);
  });
});

describe('a certificate that breaks every rule of the trust store', () => {
  it('is told every reason at once, in the order of the rules', () => {
    const made = makeLeaf(makeRoot({ at: AT }), {
      at: AT,
      notBefore: AT + DAY,
      notAfter: AT - DAY,
      version: 1,
      key: 'rsa-1024',
      hash: 'sha1',
      extensions: [unknownExtension(true)],
    });
    const { faults } = judgeCa(made, { alreadyStored: true, expectedKind: 'root' });
    expect(faults.map((each) => each.code)).toEqual([
      'KER-PCM-003',
      'KER-PMS-020',
      'KER-PCM-004',
      'KER-PCM-017',
      'KER-PCM-007',
      'PMP-TS-001',
      'KER-PCM-013',
      'KER-PCM-014',
      'PMP-TS-003',
      'PMP-TS-002',
      'KER-PCM-005',
    ]);
    expect(faults.map((each) => each.code)).toEqual(TRUST_RULES.map((rule) => rule.code));
  });
});

describe('the certificates of one file', () => {
  it('share 100 signature checks', () => {
    const root = makeRoot({ at: AT });
    const trusted = trust([root]);
    const budget = fileBudget();
    const judge = (made: MadeCertificate) => judgeCa(made, { trusted, budget }).names;
    const cas = Array.from({ length: 99 }, () => makeIntermediate(root, { at: AT }));
    expect(new Set(cas.flatMap(judge))).toEqual(new Set());
    expect(judge(makeRoot({ at: AT }))).toEqual([]);
    expect(budget.signatureChecks).toBe(0);
    expect(judge(makeIntermediate(root, { at: AT }))).toEqual(['path-too-much-work']);
    expect(judge(makeRoot({ at: AT }))).toEqual(['path-too-much-work']);
  });
});
