import { describe, expect, it } from 'vitest';
import { buildPath } from '../../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import {
  inhibitAnyPolicy,
  policies,
  policyConstraints,
  policyMappings,
  type RawExtension,
} from '../support/extensions.ts';
import { AT, namesOf } from './support.ts';
import { trust } from './trust.ts';

const [A, B, C] = ['1.3.6.1.4.1.99999.10', '1.3.6.1.4.1.99999.11', '1.3.6.1.4.1.99999.12'];
const ANY = '2.5.29.32.0';

/** A chain below a root: the extensions of each CA, then those of the leaf. "self" makes a CA self-issued. */
function verdict(...levels: readonly (readonly (RawExtension | 'self')[])[]): string {
  const root = makeRoot({ at: AT });
  const cas: MadeCertificate[] = [];
  for (const level of levels.slice(0, -1)) {
    const above = cas.at(-1) ?? root;
    const extensions = level.filter((each) => each !== 'self');
    const self: Overrides = level.includes('self') ? { subjectDer: above.subjectDer } : {};
    cas.push(makeIntermediate(above, { at: AT, extensions, ...self }));
  }
  const extensions = (levels.at(-1) ?? []).filter((each) => each !== 'self');
  const result = buildPath(
    makeLeaf(cas.at(-1) ?? root, { at: AT, extensions }).certificate,
    trust([root], cas),
    AT,
    'leaf',
  );
  return result.ok ? 'ok' : (namesOf([result.fault])[0] ?? '');
}

const require0 = policyConstraints({ require: 0 });

describe('certificate policies', () => {
  it('mean nothing unless a CA requires them', () => {
    expect(verdict([policies(A)], [policies(B)])).toBe('ok');
    expect(verdict([], [])).toBe('ok');
    expect(verdict([], [policies(B)])).toBe('ok');
  });

  it('must hold from the top when one is required', () => {
    expect(verdict([policies(A), require0], [policies(A)])).toBe('ok');
    expect(verdict([policies(A), require0], [policies(A, B)])).toBe('ok');
    expect(verdict([policies(A), require0], [policies(B)])).toBe('path-policy');
    expect(verdict([policies(A), require0], [])).toBe('path-policy');
    expect(verdict([require0], [policies(A)])).toBe('path-policy');
  });

  it('are required after as many certificates as the CA says, the last one counted (6.1.5 (a))', () => {
    expect(verdict([policyConstraints({ require: 3 })], [], [])).toBe('ok');
    expect(verdict([policyConstraints({ require: 2 })], [], [])).toBe('path-policy');
    expect(verdict([policyConstraints({ require: 2 })], ['self'], [])).toBe('ok');
  });

  it('are required of a leaf that says so itself', () => {
    expect(verdict([policies(A)], [policies(A), require0])).toBe('ok');
    expect(verdict([policies(A)], [policies(B), require0])).toBe('path-policy');
    expect(verdict([policies(A)], [policies(B), policyConstraints({ require: 1 })])).toBe('ok');
  });

  it('take any policy for every one, unless that is inhibited', () => {
    expect(verdict([policies(ANY), require0], [policies(B)])).toBe('ok');
    expect(verdict([policies(A), require0], [policies(ANY)])).toBe('ok');
    expect(verdict([policies(A), require0, inhibitAnyPolicy(0)], [policies(ANY)])).toBe('path-policy-any');
    expect(verdict([policies(A), require0, inhibitAnyPolicy(0)], [policies(ANY, A)])).toBe('ok');
    expect(verdict([policies(A), require0, inhibitAnyPolicy(1)], [policies(ANY)], [policies(A)])).toBe('ok');
    expect(verdict([policies(A), require0, inhibitAnyPolicy(1)], [policies(ANY)], [policies(ANY)])).toBe(
      'path-policy-any',
    );
  });

  it('take any policy on a self-issued CA even where it is inhibited', () => {
    expect(verdict([policies(A), require0, inhibitAnyPolicy(0)], ['self', policies(ANY)], [policies(A)])).toBe('ok');
  });

  it('are not required by a root', () => {
    const root = makeRoot({ at: AT, extensions: [policyConstraints({ require: 0 })] });
    expect(buildPath(makeLeaf(root, { at: AT }).certificate, trust([root]), AT, 'leaf').ok).toBe(true);
  });
});

describe('policy mappings', () => {
  const mapped = [policies(A), require0, policyMappings([A, B])];

  it('let the subject policy stand for the issuer policy', () => {
    expect(verdict(mapped, [policies(B)])).toBe('ok');
    expect(verdict(mapped, [policies(A)])).toBe('path-policy');
    expect(verdict([policies(A), require0, policyMappings([A, B], [A, C])], [policies(C)])).toBe('ok');
  });

  it('begin at any policy, too', () => {
    expect(verdict([policies(ANY), require0, policyMappings([A, B])], [policies(B)])).toBe('ok');
  });

  it('may neither begin nor end at any policy', () => {
    expect(verdict([policyMappings([ANY, B])], [])).toBe('path-policy-mapping');
    expect(verdict([policyMappings([A, ANY])], [])).toBe('path-policy-mapping');
  });

  it('can be inhibited: then the mapped policy is gone', () => {
    const inhibit = [policies(A), policyConstraints({ require: 0, inhibit: 0 })];
    for (const last of [A, B]) {
      const found = verdict(inhibit, [policies(A), policyMappings([A, B])], [policies(last)]);
      expect(found).toBe('path-policy-mapping-inhibited');
    }
    const later = [policies(A), policyConstraints({ require: 0, inhibit: 1 })];
    expect(verdict(later, [policies(A), policyMappings([A, B])], [policies(B)])).toBe('ok');
  });
});
