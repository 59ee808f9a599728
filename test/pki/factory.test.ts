import { describe, expect, it } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import {
  judgePartnerCertificate,
  judgeTrustCertificate,
  MINIMUM_DAYS_LEFT,
  trustedCertificates,
} from '../../src/pki/index.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { trust } from './trust.ts';

const KINDS: readonly KeyKind[] = ['rsa-2048', 'rsa-3072', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'];

describe('the certificate factory', () => {
  it.each(KINDS)('makes certificates with %s keys that satisfy every rule', (key) => {
    const root = makeRoot({ key });
    const ca = makeIntermediate(root, { key });
    const leaf = makeLeaf(ca, { key });
    const nothing = trustedCertificates([]);
    const question = { at: now(), alreadyStored: false };
    expect(
      judgeTrustCertificate(root.certificate, { ...question, trusted: nothing, expectedKind: 'root' }).faults,
    ).toEqual([]);
    const judged = judgeTrustCertificate(ca.certificate, {
      ...question,
      trusted: trust([root]),
      expectedKind: 'intermediate',
    });
    expect(judged.faults).toEqual([]);
    const partner = judgePartnerCertificate(leaf.certificate, {
      trusted: trust([root], [ca]),
      at: now(),
      registeredOrganization: 'Acme Chips Ltd',
      minimumDaysLeft: MINIMUM_DAYS_LEFT,
    });
    expect(partner.faults).toEqual([]);
    expect(partner.path.issuers.map((each) => each.kind)).toEqual(['root', 'intermediate']);
  });
});
