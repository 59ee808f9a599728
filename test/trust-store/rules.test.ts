import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { keyUsage, unknownExtension } from '../support/extensions.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { caId, rowsIn, trustCa, uploadCa } from '../support/workflow.ts';

/** The last day of February of a leap year at noon: twelve months later is the 28th. */
const NOW = Date.UTC(2028, 1, 29, 12);
const YEAR_LATER = Date.UTC(2029, 1, 28, 12);

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterAll(() => {
  vi.useRealTimers();
});

const ACCEPTED: readonly [rule: string, overrides: Overrides][] = [
  ['2.2 begins at this instant', { notBefore: NOW }],
  ['2.4 ends in exactly twelve calendar months', { notAfter: YEAR_LATER }],
  ['2.6 no key usage at all', { keyUsage: null }],
  ['2.6 keyCertSign among others', { keyUsage: ['digitalSignature', 'keyCertSign'] }],
  ['2.7 RSA 2048', { key: 'rsa-2048' }],
  ['2.7 P-384', { key: 'P-384' }],
  ['2.7 P-521', { key: 'P-521' }],
  ['2.7 Ed25519', { key: 'Ed25519' }],
  ['2.7 Ed448', { key: 'Ed448' }],
  ['2.8 RSA-PSS with SHA-256', { key: 'rsa-2048', pss: true }],
  ['2.8 RSA with SHA-512', { key: 'rsa-2048', hash: 'sha512' }],
  ['2.8 ECDSA with SHA-384', { hash: 'sha384' }],
  ['2.9 an unknown extension that is not critical', { extensions: [unknownExtension(false)] }],
];

const REFUSED: readonly [rule: string, overrides: Overrides, codes: readonly string[], wording: readonly string[]][] = [
  ['2.2 begins a second from now', { notBefore: NOW + SECOND }, ['KER-PMS-020'], ['12:00:01', '12:00:00']],
  ['2.4 ends a second before twelve months', { notAfter: YEAR_LATER - SECOND }, ['KER-PCM-017'], ['2029', '12 months']],
  ['2.3 ends at this instant: only too soon', { notAfter: NOW }, ['KER-PCM-017'], []],
  ['2.3 ended a second ago', { notAfter: NOW - SECOND }, ['KER-PCM-004', 'KER-PCM-017'], ['11:59', '12:00']],
  ['2.5 version 1', { version: 1 }, ['KER-PCM-007', 'PMP-TS-001'], ['version 1']],
  ['2.6 no CA', { isCa: false }, ['PMP-TS-001'], []],
  ['2.6 no basic constraints', { isCa: null }, ['PMP-TS-001'], []],
  [
    '2.6 a key usage without keyCertSign',
    { keyUsage: ['digitalSignature', 'cRLSign'] },
    ['PMP-TS-001'],
    ['digitalSignature, cRLSign'],
  ],
  ['2.7 RSA 1024', { key: 'rsa-1024' }, ['KER-PCM-013'], ['1024', '2048', '8192']],
  ['2.7 secp256k1', { key: 'secp256k1' }, ['KER-PCM-013'], ['1.3.132.0.10', 'P-256, P-384 and P-521']],
  ['2.8 ECDSA with SHA-1', { hash: 'sha1' }, ['KER-PCM-014'], ['ecdsa-with-SHA1']],
  ['2.8 RSA with SHA-224', { key: 'rsa-2048', hash: 'sha224' }, ['KER-PCM-014'], ['sha224WithRSAEncryption']],
  [
    '2.9 an unknown critical extension',
    { extensions: [unknownExtension(true)] },
    ['PMP-TS-003'],
    ['1.3.6.1.4.1.99999.1'],
  ],
];

describe('a root certificate for the trust store', () => {
  it.each(ACCEPTED)('passes: %s', async (_rule, overrides) => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW, ...overrides });
    const answer = await uploadCa(portal.ada, root);
    expect([answer.codes, answer.status]).toEqual([[], 303]);
    expect(caId(portal, root)).not.toBe('');
  });

  it.each(REFUSED)('is refused: %s', async (_rule, overrides, codes, wording) => {
    const portal = await openPortal();
    const answer = await uploadCa(portal.ada, makeRoot({ at: NOW, ...overrides }));
    expectRefused(answer, codes, ...wording);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
  });

  it('hears every reason at once, in the order of the rules', async () => {
    const portal = await openPortal();
    const root = makeRoot({
      at: NOW,
      notBefore: NOW - 2 * DAY,
      notAfter: NOW - DAY,
      key: 'rsa-1024',
      hash: 'sha1',
      isCa: false,
      extensions: [unknownExtension(true)],
    });
    const answer = await uploadCa(portal.ada, root, { type: 'intermediate' });
    expectRefused(answer, [
      'KER-PCM-004',
      'KER-PCM-017',
      'PMP-TS-001',
      'KER-PCM-013',
      'KER-PCM-014',
      'PMP-TS-003',
      'PMP-TS-002',
    ]);
    expect(answer.text('[role=alert] h2')).toContain('7');
  });
});

describe('an intermediate certificate for the trust store', () => {
  it.each<[string, Overrides, string[]]>([
    ['2.2', { notBefore: NOW + SECOND }, ['KER-PMS-020']],
    ['2.4', { notAfter: YEAR_LATER - SECOND }, ['KER-PCM-017']],
    ['2.6', { extensions: [keyUsage(['cRLSign'])] }, ['PMP-TS-001']],
    ['2.7', { key: 'secp256k1' }, ['KER-PCM-013']],
    ['2.8', { hash: 'sha1' }, ['KER-PCM-014']],
  ])('is judged by %s too', async (_rule, overrides, codes) => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW });
    await trustCa(portal, root, 'root');
    const answer = await uploadCa(portal.ada, makeIntermediate(root, { at: NOW, ...overrides }), {
      type: 'intermediate',
    });
    expect(answer.status).toBe(422);
    expect(answer.codes.slice(0, 1)).toEqual(codes);
    expect(rowsIn(portal, 'ca_certificates')).toBe(1);
  });

  it("is not a partner's certificate", async () => {
    const portal = await openPortal();
    const root = makeRoot({ at: NOW });
    await trustCa(portal, root, 'root');
    const answer = await uploadCa(portal.ada, makeLeaf(root, { at: NOW }), { type: 'intermediate' });
    expect(answer.codes[0]).toBe('PMP-TS-001');
    expect(rowsIn(portal, 'ca_certificates')).toBe(1);
  });
});
