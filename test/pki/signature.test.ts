import { describe, expect, it } from 'vitest';
import { makeLeaf, makeRoot, type Overrides } from '../support/certificates.ts';
import { derSequence, derTlv, oidBytes } from '../support/der.ts';
import { AT, judgePartner } from './support.ts';
import { trust } from './trust.ts';

describe('the signature of a certificate (2.8, 3.8)', () => {
  const issuers = { rsa: makeRoot({ at: AT, key: 'rsa-2048' }), ec: makeRoot({ at: AT }) };

  it.each([
    ['rsa', { hash: 'sha1' }, 'sha1WithRSAEncryption'],
    ['rsa', { hash: 'sha224' }, 'sha224WithRSAEncryption'],
    ['rsa', { hash: 'sha1', pss: true }, 'RSASSA-PSS (sha1)'],
    ['ec', { hash: 'sha1' }, 'ecdsa-with-SHA1'],
    ['ec', { hash: 'sha224' }, 'ecdsa-with-SHA224'],
  ] as const)('is not made by %s with %o', (issuer, options, algorithm) => {
    const judged = judgePartner(makeLeaf(issuers[issuer], { at: AT, ...options }), {
      trusted: trust([issuers[issuer]]),
    });
    expect(judged.faults).toMatchObject([{ code: 'KER-PCM-014', data: { algorithm } }]);
  });

  it.each([
    ['rsa', { hash: 'sha256' }],
    ['rsa', { hash: 'sha384' }],
    ['rsa', { hash: 'sha512' }],
    ['rsa', { hash: 'sha256', pss: true }],
    ['rsa', { hash: 'sha384', pss: true }],
    ['rsa', { hash: 'sha512', pss: true }],
    ['ec', { hash: 'sha256' }],
    ['ec', { hash: 'sha384' }],
    ['ec', { hash: 'sha512' }],
  ] as const)('may be made by %s with %o', (issuer, options) => {
    const judged = judgePartner(makeLeaf(issuers[issuer], { at: AT, ...options }), {
      trusted: trust([issuers[issuer]]),
    });
    expect(judged.names).toEqual([]);
  });

  it.each([
    ['rsa', '1.2.840.10045.4.3.2', true],
    ['rsa', '1.3.101.112', false],
    ['ec', '1.2.840.113549.1.1.11', false],
    ['ec', '1.3.101.112', false],
  ] as const)('by %s is not taken for one of algorithm %s', (issuer, claimedAlgorithm, pss) => {
    const leaf = makeLeaf(issuers[issuer], { at: AT, claimedAlgorithm, pss });
    expect(judgePartner(leaf, { trusted: trust([issuers[issuer]]) }).names).toEqual(['path-signature']);
  });

  const pssSha256 = (mask: string) => {
    const hash = (oid: string) => derSequence(oidBytes(oid), Buffer.from('0500', 'hex'));
    const mgf1 = derSequence(oidBytes('1.2.840.113549.1.1.8'), hash(mask));
    return derSequence(derTlv(0xa0, hash('2.16.840.1.101.3.4.2.1')), derTlv(0xa1, mgf1));
  };
  const empty = Buffer.from('0500', 'hex');
  const PSS = '1.2.840.113549.1.1.10';
  it.each<[keyof typeof issuers, Overrides, string, string]>([
    ['ec', { claimedParameters: empty }, 'signature-parameters', 'ecdsa-with-SHA256'],
    ['ec', { claimedParameters: empty, hash: 'sha1' }, 'signature-algorithm', 'ecdsa-with-SHA1'],
    ['rsa', { claimedParameters: derSequence() }, 'signature-parameters', 'sha256WithRSAEncryption'],
    ['ec', { claimedAlgorithm: '1.3.101.112', claimedParameters: empty }, 'signature-parameters', 'Ed25519'],
    [
      'rsa',
      { claimedAlgorithm: PSS, claimedParameters: pssSha256('1.3.14.3.2.26') },
      'signature-parameters',
      'RSASSA-PSS (sha256)',
    ],
    [
      'ec',
      { claimedAlgorithm: '2.16.840.1.101.3.4.3.10' },
      'signature-algorithm',
      'ecdsa-with-SHA3-256 (2.16.840.1.101.3.4.3.10)',
    ],
    ['ec', { claimedAlgorithm: '1.3.6.1.4.1.99999.2' }, 'signature-algorithm', '1.3.6.1.4.1.99999.2'],
  ])('is named together with what is wrong with it: %s, %#', (issuer, options, name, algorithm) => {
    const leaf = makeLeaf(issuers[issuer], { at: AT, ...options });
    const judged = judgePartner(leaf, { trusted: trust([issuers[issuer]]) });
    expect(judged.faults[0]).toMatchObject({ code: 'KER-PCM-014', name, data: { algorithm } });
    expect(judged.names[1]).toBe('path-signature-algorithm');
    expect(judged.faults[1]?.data).toMatchObject({ because: name, algorithm });
  });

  it('by PSS with one hash for the message and its mask has the right parameters', () => {
    const options = { claimedAlgorithm: PSS, claimedParameters: pssSha256('2.16.840.1.101.3.4.2.1') };
    const judged = judgePartner(makeLeaf(issuers.rsa, { at: AT, ...options }), { trusted: trust([issuers.rsa]) });
    // Signed in another way than it says, but what it says can be accepted.
    expect(judged.names).toEqual(['path-signature']);
  });
});
