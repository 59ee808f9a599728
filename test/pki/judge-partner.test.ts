import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { PARTNER_RULES } from '../../src/pki/judge-partner.ts';
import { makeIntermediate, makeLeaf, makeRoot, makeSelfSigned, type Overrides } from '../support/certificates.ts';
import type { NameSpec } from '../support/names.ts';
import { AT, judgePartner } from './support.ts';
import { trust } from './trust.ts';

const root = makeRoot({ at: AT });
const ca = makeIntermediate(root, { at: AT });
const trusted = trust([root], [ca]);

function judge(overrides: Overrides, question: Parameters<typeof judgePartner>[1] = {}) {
  return judgePartner(makeLeaf(ca, { at: AT, ...overrides }), { trusted, ...question });
}

describe('a partner certificate', () => {
  it('passes, with its path from the root down', () => {
    const judged = judge({});
    expect(judged).toMatchObject({ names: [], trusted: true });
    const labels = judged.path.issuers.map((each) => each.certificate.subject.label);
    expect(labels).toEqual([root, ca].map((each) => each.certificate.subject.label));
  });

  it.each([
    [AT, []],
    [AT + SECOND, ['not-yet-valid']],
  ])('begins (3.1): %d', (notBefore, names) => {
    expect(judge({ notBefore }).names).toEqual(names);
  });

  it.each([
    [AT + 335 * DAY, []],
    [AT + 335 * DAY - SECOND, ['partner-ends-too-soon']],
    [AT, ['partner-ends-too-soon']],
    [AT - SECOND, ['expired', 'partner-ends-too-soon']],
  ])('ends (3.2, 3.3): %d', (notAfter, names) => {
    expect(judge({ notAfter }).names).toEqual(names);
  });

  it('needs no days left when an approval judges again, but must not have expired', () => {
    expect(judge({ notAfter: AT }, { minimumDaysLeft: undefined }).names).toEqual([]);
    expect(judge({ notAfter: AT - SECOND }, { minimumDaysLeft: undefined }).names).toEqual(['expired']);
  });

  it.each([1, 2] as const)('is of version 3 (3.4), not %d', (version) => {
    expect(judge({ version }).faults).toMatchObject([{ code: 'KER-PCM-007', data: { version } }]);
  });

  it('does not sign itself (3.5)', () => {
    const judged = judgePartner(makeSelfSigned({ at: AT }), { trusted });
    expect(judged.faults.map((each) => each.code)).toEqual(['KER-PCM-015', 'KER-PCM-006']);
  });

  it.each<Overrides>([{ hash: 'sha1' }, { key: 'rsa-1024' }, { key: 'secp256k1' }])(
    'that signs itself is found out even with %o',
    (weak) => {
      expect(judgePartner(makeSelfSigned({ at: AT, ...weak }), { trusted }).names).toContain('self-signed');
    },
  );

  it('with the name of its issuer but another signature is not self-signed', () => {
    const names = { subjectDer: ca.subjectDer };
    expect(judge(names).names).toEqual(['organization-differs']);
  });

  it.each<[string, NameSpec, string[]]>([
    ['the same', { O: 'Acme Chips Ltd' }, []],
    ['with other white space', { O: '  Acme \t Chips\u00a0Ltd ' }, []],
    ['composed otherwise', { O: 'Acme Chips Ltd' }, []],
    ['none', { CN: 'Acme Chips Ltd' }, ['organization-missing']],
    ['two', { O: ['Acme Chips Ltd', 'Acme Chips Ltd'] }, ['organization-several']],
    ['another case', { O: 'ACME Chips Ltd' }, ['organization-differs']],
    ['one that only looks alike', { O: 'Acme Chips Lt\u0501' }, ['organization-differs']],
    ['with an invisible character', { O: 'Acme\u200b Chips Ltd' }, ['organization-differs']],
    ['cut short by NUL', { O: 'Acme Chips Ltd\0 and others' }, ['organization-differs']],
    [
      'in two parts of one name',
      [
        [
          ['O', 'Acme Chips Ltd'],
          ['O', 'Acme'],
        ],
      ],
      ['organization-several'],
    ],
  ])('has exactly the registered organisation (3.6): %s', (_, subject, names) => {
    const judged = judge({ subject });
    expect(judged.names).toEqual(names);
    for (const fault of judged.faults)
      expect(fault).toMatchObject({ code: 'KER-PCM-008', data: { registered: 'Acme Chips Ltd' } });
  });

  it('compares organisations in the same normal form', () => {
    const subject = { O: 'Soci\u0065\u0301te\u0301' };
    expect(judge({ subject }, { registeredOrganization: 'Soci\u00e9t\u00e9' }).names).toEqual([]);
    const ligature = { subject: { O: 'ﬁne' } };
    expect(judge(ligature, { registeredOrganization: 'fine' }).names).toEqual(['organization-differs']);
  });

  it('reads the organisation from every string type', () => {
    for (const kind of ['utf8String', 'printableString', 'teletexString', 'bmpString', 'universalString'] as const) {
      expect(judge({ subject: [['O', 'Acme Chips Ltd', kind]] }).names, kind).toEqual([]);
    }
  });

  it('is refused by its path alone when the store cannot carry it (3.9)', () => {
    const judged = judge({}, { trusted: trust([root]) });
    expect(judged).toMatchObject({ trusted: false, faults: [{ code: 'KER-PCM-006', name: 'path-issuer-missing' }] });
  });

  it('has a key and a certificate of its own (3.10, 3.11)', () => {
    const { faults } = judge({}, { keyInUse: true, alreadyApproved: true });
    expect(faults.map((each) => each.code)).toEqual(['PMP-CH-001', 'PMP-CH-003']);
  });

  it('may be that of a CA', () => {
    expect(judge({ isCa: true, keyUsage: ['keyCertSign'] }).names).toEqual([]);
  });

  it('keeps its path when it is only too old or too weak', () => {
    expect(judge({ notAfter: AT - DAY }).trusted).toBe(true);
    expect(judge({ key: 'rsa-1024' })).toMatchObject({ trusted: true, names: ['key-rsa-size'] });
    expect(judge({ hash: 'sha1' })).toMatchObject({ trusted: true, names: ['signature-algorithm'] });
  });

  it('is told every reason at once, in the order of the rules', () => {
    const made = makeSelfSigned({
      at: AT,
      notBefore: AT + DAY,
      notAfter: AT - DAY,
      version: 1,
      subject: { CN: 'x' },
      key: 'rsa-1024',
      hash: 'sha1',
    });
    const { faults } = judgePartner(made, { keyInUse: true, alreadyApproved: true });
    expect(faults.map((each) => each.code)).toEqual([
      'KER-PMS-020',
      'KER-PCM-004',
      'KER-KMS-021',
      'KER-PCM-007',
      'KER-PCM-015',
      'KER-PCM-008',
      'KER-PCM-013',
      'KER-PCM-014',
      'KER-PCM-006',
      'PMP-CH-001',
      'PMP-CH-003',
    ]);
    expect(faults.map((each) => each.code)).toEqual(PARTNER_RULES.map((rule) => rule.code));
  });
});
