import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import {
  buildPath,
  CA_KEY_KINDS,
  type CaKeyKind,
  createIssuingCa,
  createRootCa,
  createSigner,
  issueMosipCertificate,
  type OwnCa,
  toP7b,
  toPem,
  trustedCertificates,
} from '../../src/pki/index.ts';
import { makeLeaf, makeRoot, makeSelfSigned } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { hasTool } from '../support/tools.ts';
import { signerOf } from './support.ts';

const AT = Date.UTC(2026, 10, 24, 12, 0, 0, 345);
const BEGUN = Date.UTC(2026, 10, 24, 12, 0, 0);
const PARTNER_KINDS: readonly KeyKind[] = ['rsa-2048', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'];

interface Cas {
  readonly root: OwnCa;
  readonly issuing: OwnCa;
}
const cas = new Map<CaKeyKind, Cas>();
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'issue-'));
  for (const keyKind of CA_KEY_KINDS) {
    const root = await createRootCa({ organization: 'MOSIP', keyKind, at: AT });
    cas.set(keyKind, {
      root,
      issuing: await createIssuingCa({ organization: 'MOSIP', keyKind, at: AT }, signerOf(root)),
    });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function casOf(keyKind: CaKeyKind): Cas {
  const found = cas.get(keyKind);
  if (found === undefined) throw new Error(keyKind);
  return found;
}

async function issue(partner: ReturnType<typeof makeLeaf>, keyKind: CaKeyKind = 'ec-p256', at = AT) {
  const { root, issuing } = casOf(keyKind);
  const signer = signerOf(issuing);
  const issued = await issueMosipCertificate(partner.certificate, signer, at, [root.certificate]);
  if (!issued.ok) throw new Error(issued.faults.map((each) => each.name).join());
  return issued;
}

describe('the MOSIP-signed certificate', () => {
  it.each(PARTNER_KINDS)('carries subject and key of a partner with a %s key byte for byte', async (key) => {
    const partner = makeLeaf(makeRoot(), {
      key,
      at: AT,
      subject: [
        ['C', 'MA'],
        ['O', 'شركة الرقائق'],
        ['CN', 'é', 'teletexString'],
        ['OU', 'B', 'bmpString'],
      ],
    });
    const { certificate, endsEarly } = await issue(partner);
    expect(certificate.subject.der).toEqual(partner.certificate.subject.der);
    expect(certificate.key.spki).toEqual(partner.certificate.key.spki);
    expect(endsEarly).toBe(false);
  });

  it('says what the rules ask for', async () => {
    const { issuing } = casOf('ec-p256');
    const { certificate } = await issue(makeLeaf(makeRoot(), { at: AT, isCa: true }));
    expect(certificate).toMatchObject({
      version: 3,
      isCa: false,
      pathLength: undefined,
      keyUsage: ['digitalSignature'],
    });
    expect(certificate.issuer.der).toEqual(issuing.certificate.subject.der);
    expect(certificate.authorityKeyId).toBe(issuing.certificate.subjectKeyId);
    expect(certificate.subjectKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect([certificate.notBefore, certificate.notAfter]).toEqual([BEGUN, BEGUN + 365 * DAY]);
    const critical = certificate.extensions.filter((each) => each.critical).map((each) => each.oid);
    expect(critical).toEqual(['2.5.29.19', '2.5.29.15']);
  });

  it('has another positive serial number each time', async () => {
    const partner = makeLeaf(makeRoot(), { at: AT });
    const serials = await Promise.all(
      Array.from({ length: 20 }, async () => (await issue(partner)).certificate.serialNumber),
    );
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[0-9a-f]{28,32}$/);
  });

  it.each([
    ['ends a second before', -1_000, true],
    ['ends with', 0, false],
    ['ends after', 1_000, false],
  ])('ends early only where the uploaded one %s its 365 days', async (_, shift, early) => {
    const partner = makeLeaf(makeRoot(), { at: AT, notAfter: BEGUN + 365 * DAY + shift });
    const { certificate, endsEarly } = await issue(partner);
    expect(endsEarly).toBe(early);
    expect(certificate.notAfter).toBe(Math.min(BEGUN + 365 * DAY, partner.certificate.notAfter));
  });

  it('is refused where the subject is the name of one of our CAs, however it is written', async () => {
    const { root, issuing } = casOf('ec-p256');
    for (const ours of [root, issuing]) {
      const subject = { O: 'MOSIP', CN: `  ${ours.certificate.subject.commonName?.toUpperCase()} ` };
      const partner = makeLeaf(makeRoot(), { at: AT, subject });
      const signer = signerOf(issuing);
      const issued = await issueMosipCertificate(partner.certificate, signer, AT, [root.certificate]);
      expect(issued).toMatchObject({ ok: false, faults: [{ code: 'PMP-CA-002', name: 'subject-is-our-ca' }] });
    }
  });

  it('is issued only while the CA has 366 days left', async () => {
    const { issuing } = casOf('ec-p256');
    const signer = signerOf(issuing);
    const last = issuing.certificate.notAfter - 366 * DAY;
    const partner = makeLeaf(makeRoot(), { at: last }).certificate;
    expect((await issueMosipCertificate(partner, signer, last, [])).ok).toBe(true);
    const late = await issueMosipCertificate(partner, signer, last + 1, []);
    expect(late).toMatchObject({
      ok: false,
      faults: [{ code: 'PMP-CA-001', data: { neededAt: last + 1 + 366 * DAY } }],
    });
  });

  it('is never handed out when the key does not match the CA certificate', async () => {
    const { root, issuing } = casOf('ec-p256');
    expect(() => createSigner(issuing.certificate, root.privateKey)).toThrow(/does not belong/);
    const other = signerOf(root);
    const mixed = { ...other, certificate: issuing.certificate };
    await expect(issueMosipCertificate(makeLeaf(makeRoot(), { at: AT }).certificate, mixed, AT, [])).rejects.toThrow(
      /does not match/,
    );
  });
});

describe('the signing CA', () => {
  it.each(CA_KEY_KINDS)('of kind %s is a root for ten years and an issuing CA for five', (keyKind) => {
    const { root, issuing } = casOf(keyKind);
    expect(root.certificate).toMatchObject({
      isCa: true,
      pathLength: 1,
      selfIssued: true,
      keyUsage: ['keyCertSign', 'cRLSign'],
    });
    expect(issuing.certificate).toMatchObject({ isCa: true, pathLength: 0, keyUsage: ['keyCertSign', 'cRLSign'] });
    expect(new Date(root.certificate.notAfter).toISOString()).toBe('2036-11-24T12:00:00.000Z');
    expect(new Date(issuing.certificate.notAfter).toISOString()).toBe('2031-11-24T12:00:00.000Z');
    expect(root.certificate.subject.text).toMatch(/^CN=MOSIP Root CA [0-9a-f]{8},O=MOSIP$/);
    expect(issuing.certificate.subject.text).toMatch(/^CN=MOSIP Issuing CA [0-9a-f]{8},O=MOSIP$/);
  });

  it('keeps a name of another script, and the common name within 64 characters', async () => {
    const organization = 'Autorité nationale d’identité — الهيئة الوطنية للهوية والبيومترية';
    const root = await createRootCa({ organization, keyKind: 'ec-p256', at: AT, suffix: 'abcd' });
    expect(root.certificate.subject.organizations).toEqual([organization]);
    expect(Array.from(root.certificate.subject.commonName ?? '')).toHaveLength(64);
    expect(root.certificate.subject.commonName).toMatch(/ Root CA abcd$/);
  });

  it('never outlasts its root', async () => {
    const root = await createRootCa({ organization: 'MOSIP', keyKind: 'ec-p256', at: AT - 3_000 * DAY });
    const issuing = await createIssuingCa({ organization: 'MOSIP', keyKind: 'ec-p256', at: AT }, signerOf(root));
    expect(issuing.certificate.notAfter).toBe(root.certificate.notAfter);
  });

  it.each(CA_KEY_KINDS)('of kind %s makes a chain that our own path validation accepts', async (keyKind) => {
    const { root, issuing } = casOf(keyKind);
    const { certificate } = await issue(makeSelfSigned({ at: AT, subject: { O: 'Acme', CN: 'Acme' } }), keyKind);
    const trusted = trustedCertificates([
      { id: 'r', kind: 'root', certificate: root.certificate },
      { id: 'i', kind: 'intermediate', certificate: issuing.certificate },
    ]);
    expect(buildPath(certificate, trusted, AT, 'leaf')).toMatchObject({ ok: true });
  });
});

describe.skipIf(!hasTool('openssl'))('openssl', () => {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8' });

  describe.each(CA_KEY_KINDS)('with a signing CA of kind %s', (keyKind) => {
    it.each(PARTNER_KINDS)('accepts and shows what is issued to a partner with a %s key', async (key) => {
      const { root, issuing } = casOf(keyKind);
      const partner = makeLeaf(makeRoot(), { key, at: AT });
      const { certificate } = await issue(partner, keyKind);
      const path = file('leaf.pem', toPem(certificate));
      const chain = [
        '-CAfile',
        file('root.pem', toPem(root.certificate)),
        '-untrusted',
        file('ca.pem', toPem(issuing.certificate)),
      ];
      const verified = openssl('verify', '-x509_strict', '-attime', String(BEGUN / 1000), ...chain, path);
      expect(verified.trim()).toBe(`${path}: OK`);
      const shown = openssl('x509', '-in', path, '-noout', '-text');
      expect(shown).toContain('Version: 3 (0x2)');
      expect(shown).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
      expect(shown).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
      expect(shown).toMatch(/Not Before: Nov 24 12:00:00 2026 GMT\s+Not After : Nov 24 12:00:00 2027 GMT/);
      expect(shown).toMatch(/X509v3 Subject Key Identifier:/);
      expect(shown).toMatch(/X509v3 Authority Key Identifier:/);
      expect(openssl('x509', '-in', path, '-noout', '-serial')).toMatch(/^serial=[0-9A-F]+\n$/);
      const issuedKey = openssl('x509', '-in', path, '-noout', '-pubkey');
      expect(issuedKey).toBe(partner.keys.publicKey.export({ type: 'spki', format: 'pem' }));
      const subject = (from: string) =>
        openssl('x509', '-in', from, '-noout', '-subject', '-nameopt', 'RFC2253,show_type');
      expect(subject(path)).toBe(subject(file('partner.pem', partner.pem)));
    });
  });

  it('reads the chain handed out as PEM-armoured PKCS#7, in its order', async () => {
    const { root, issuing } = casOf('rsa-3072');
    const { certificate } = await issue(makeLeaf(makeRoot(), { at: AT }), 'rsa-3072');
    const chain = [certificate, issuing.certificate, root.certificate];
    const printed = openssl('pkcs7', '-in', file('chain.p7b', toP7b(chain)), '-print_certs');
    const found = printed.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g);
    expect(found).toEqual(chain.map(toPem));
  });
});
