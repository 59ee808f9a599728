import { describe, expect, it } from 'vitest';
import {
  type Certificate,
  checkAhead,
  fileBudget,
  judgeTrustCertificate,
  type TrustedCertificates,
  trustedCertificates,
  type WorkBudget,
} from '../../src/pki/index.ts';
import { type MadeCertificate, makeIntermediate, makeRoot } from '../support/certificates.ts';
import { keyPair } from '../support/keys.ts';
import { AT } from './support.ts';
import { readBack } from './trust.ts';

/** A file, and what is trusted; read afresh each time, so that nothing is known of any signature. */
interface Case {
  readonly roots?: readonly MadeCertificate[];
  readonly between?: readonly MadeCertificate[];
  readonly file: readonly MadeCertificate[];
}

function read({ roots = [], between = [], file }: Case) {
  const stored = [
    ...roots.map((made) => ({ id: '', kind: 'root' as const, certificate: readBack(made) })),
    ...between.map((made) => ({ id: '', kind: 'intermediate' as const, certificate: readBack(made) })),
  ];
  return { trusted: trustedCertificates(stored), file: file.map(readBack) };
}

function judge(file: readonly Certificate[], trusted: TrustedCertificates, budget: WorkBudget) {
  return file.map((certificate) => {
    const { faults } = judgeTrustCertificate(certificate, { trusted, at: AT, alreadyStored: false, budget });
    return faults.map(({ name }) => name);
  });
}

const root = makeRoot({ at: AT, subject: { CN: 'Root' } });
const other = makeRoot({ at: AT, subject: { CN: 'Root' } });
const forged = makeIntermediate(root, { at: AT, signWith: keyPair('P-256').privateKey });
const selfIssued = makeIntermediate(root, { at: AT, subject: { CN: 'Root' } });
const deep = makeIntermediate(makeIntermediate(root, { at: AT, subject: { CN: 'Upper' } }), { at: AT });
const dear = (count: number) => Array.from({ length: count }, () => makeRoot({ at: AT, key: keyPair('secp256k1') }));
const many = (count: number) => Array.from({ length: count }, () => makeRoot({ at: AT }));
const namesakes = Array.from({ length: 60 }, () =>
  makeIntermediate(root, { at: AT, subject: { CN: 'Namesake' }, key: keyPair('P-256') }),
);
const below = makeIntermediate(namesakes[0] ?? root, { at: AT, signWith: keyPair('P-256').privateKey });

const CASES: Readonly<Record<string, Case>> = {
  'a root': { file: [root] },
  'a CA below a root': { roots: [root], file: [makeIntermediate(root, { at: AT })] },
  'a forged one': { roots: [root], file: [forged] },
  'a root of the same name': { roots: [other], file: [makeIntermediate(root, { at: AT })] },
  'a self-issued one': { roots: [root, other], file: [selfIssued] },
  'one whose issuer is missing': { roots: [root], file: [deep] },
  'all of these': { roots: [root, other], file: [forged, selfIssued, deep, makeIntermediate(root, { at: AT })] },
  'a hundred roots': { file: many(100) },
  'a hundred below a root': {
    roots: [root],
    file: Array.from({ length: 100 }, () => makeIntermediate(root, { at: AT })),
  },
  'more than a hundred roots': { file: many(102) },
  'keys that take long, more than may be': { file: dear(12) },
  'more namesakes than may be tried': { roots: [root], between: namesakes, file: [below] },
};

describe('signatures that are checked ahead', () => {
  it.each(Object.keys(CASES))('change neither verdict nor what it costs: %s', async (name) => {
    const plain = read(CASES[name] as Case);
    const plainBudget = fileBudget();
    const verdicts = judge(plain.file, plain.trusted, plainBudget);
    const { file, trusted } = read(CASES[name] as Case);
    await checkAhead((budget) => judge(file, trusted, budget));
    const budget = fileBudget();
    expect(judge(file, trusted, budget)).toEqual(verdicts);
    expect(budget).toEqual(plainBudget);
    expect(verdicts.flat().includes('path-too-much-work')).toBe(name.includes('more'));
  });

  it.each(Object.keys(CASES))('are all that the judgement asks for: %s', async (name) => {
    const { file, trusted } = read(CASES[name] as Case);
    let rehearsals = 0;
    const rehearse = (budget: WorkBudget) => {
      rehearsals += 1;
      judge(file, trusted, budget);
    };
    await checkAhead(rehearse);
    const left = fileBudget();
    judge(file, trusted, left);
    const checks =
      (fileBudget().signatureChecks - left.signatureChecks) / (name.startsWith('keys that take long') ? 10 : 1);
    expect(rehearsals).toBe(checks + 1);
  });

  it('leave what goes wrong in the judgement to those who asked', async () => {
    const wrong = () => {
      throw new Error('the database is gone');
    };
    await expect(checkAhead(wrong)).rejects.toThrow('the database is gone');
  });
});
