import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { fingerprintOf, makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { generalName, nameConstraints, subjectAltName, unknownExtension } from '../support/extensions.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { trustCa, uploadPartner } from '../support/workflow.ts';

const NOW = Date.UTC(2029, 4, 6, 7, 8, 9);

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterAll(() => {
  vi.useRealTimers();
});

const subject = (O: string | string[]) => ({ subject: { O, CN: 'Acme' } });

describe('the reasons against a partner certificate name what was compared (rules 3)', () => {
  it.each<[string, Overrides, string[], string[]]>([
    ['3.1', { notBefore: NOW + SECOND }, ['KER-PMS-020'], ['07:08:10', '07:08:09']],
    ['3.2', { notAfter: NOW - SECOND }, ['KER-PCM-004', 'KER-KMS-021'], ['07:08:08', '07:08:09']],
    ['3.3', { notAfter: NOW + 335 * DAY - SECOND }, ['KER-KMS-021'], ['335 days', '07:08:08', '07:08:09']],
    ['3.3, further off', { notAfter: NOW + 300 * DAY }, ['KER-KMS-021'], ['2 Mar 2030', '6 Apr 2030']],
    ['3.4', { version: 1 }, ['KER-PCM-007'], ['of version 1']],
    ['3.6, another', subject('Acme Chips Limited'), ['KER-PCM-008'], ['“Acme Chips Ltd”', '“Acme Chips Limited”']],
    ['3.6, case', subject('ACME CHIPS LTD'), ['KER-PCM-008'], ['“ACME CHIPS LTD”', 'Capital and small letters count']],
    ['3.6, none', { subject: { CN: 'Acme' } }, ['KER-PCM-008'], ['“Acme Chips Ltd”', 'no organisation']],
    ['3.6, two', subject(['Acme Chips Ltd', 'Other']), ['KER-PCM-008'], ['Acme Chips Ltd | Other']],
    ['3.6, markup', subject('<b>Acme</b>'), ['KER-PCM-008'], ['“<b>Acme</b>”']],
    ['3.7', { key: 'rsa-1024' }, ['KER-PCM-013'], ['1024 bits', '2048']],
    ['3.8', { hash: 'sha1' }, ['KER-PCM-014'], ['ecdsa-with-SHA1']],
    ['3.9', { extensions: [unknownExtension(true)] }, ['KER-PCM-006'], ['1.3.6.1.4.1.99999.1']],
  ])('%s', async (_rule, overrides, codes, wording) => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW });
    await trustCa(portal, root, 'root');
    const made = makeLeaf(root, { at: NOW, notBefore: NOW - 9 * DAY, ...overrides });
    const answer = await uploadPartner(portal.pia, made);
    expectRefused(answer, codes, ...wording);
    expect(answer.$('main [role=alert] b')).toHaveLength(0);
    expect(answer.$(`[data-fingerprint="${fingerprintOf(made.der)}"]`)).toHaveLength(1);
  });

  it('lists them all, in the order of the rules, with the chain as far as it goes', async () => {
    const portal = await openPortal();
    const ca = makeIntermediate(makeRoot({ at: NOW }), { at: NOW, subject: { CN: 'Missing CA' } });
    const made = makeLeaf(ca, {
      notBefore: NOW - 2 * DAY,
      notAfter: NOW - DAY,
      key: 'rsa-1024',
      hash: 'sha1',
      ...subject('X'),
    });
    const answer = await uploadPartner(portal.pia, made);
    expectRefused(
      answer,
      ['KER-PCM-004', 'KER-KMS-021', 'KER-PCM-008', 'KER-PCM-013', 'KER-PCM-014', 'KER-PCM-006'],
      'Missing CA',
    );
    expect(answer.$('.chain li.bad').text()).toContain('Missing CA');
    expect(answer.text('dl[data-fingerprint]')).toContain('not as registered');
  });

  it('shows where a chain broke', async () => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW });
    await trustCa(portal, root, 'root');
    const forged = makeLeaf(root, { at: NOW, signWith: makeRoot().privateKey });
    const answer = await uploadPartner(portal.pia, forged);
    expectRefused(answer, ['KER-PCM-006'], root.certificate.subject.label, 'key did not sign');
    expect(answer.text('dl[data-fingerprint]')).toContain('as registered');
    expect(answer.$('.chain li.bad').text()).toContain(forged.certificate.subject.label);
  });

  it('shows at which step, whose limit it was, and what was compared', async () => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW });
    const limit = nameConstraints([generalName.dns('acme.example')]);
    const ca = makeIntermediate(root, { at: NOW, subject: { CN: 'Limited CA' }, extensions: [limit] });
    await trustCa(portal, root, 'root');
    await trustCa(portal, ca, 'intermediate');
    const made = makeLeaf(ca, { at: NOW, extensions: [subjectAltName(generalName.dns('evil.example'))] });
    const answer = await uploadPartner(portal.pia, made);
    const compared = ['“Limited CA” (step 2) may certify only DNS:acme.example', 'DNS:evil.example'];
    expectRefused(answer, ['KER-PCM-006'], ...compared, 'breaks at step 3 of 3, counted from the root');
    expect(answer.$('.chain li.bad').text()).toContain(made.certificate.subject.label);
  });
});
