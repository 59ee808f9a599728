import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { readCertificate } from '../../src/pki/index.ts';
import { makeLeaf } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { openEmptyPortal, openPortal } from '../support/portal.ts';
import { hasTool } from '../support/tools.ts';
import { acceptPartner, acceptPia, signIn, trustAuthority, uploadPartner } from '../support/workflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'pmp-issued-'));
afterAll(() => rmSync(folder, { recursive: true }));

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8' });
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The certificates of a PEM-armoured PKCS#7, as PEM. */
function unpack(p7b: string): string[] {
  const text = openssl('pkcs7', '-print_certs', '-in', file('chain.p7b', p7b));
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

describe.skipIf(!hasTool('openssl'))('what the portal issues, read by OpenSSL', () => {
  it.each<KeyKind>(['rsa-2048', 'P-256', 'P-384', 'Ed25519'])('for a partner with a %s key', async (key) => {
    const portal = await openPortal({ PMP_KEY_PASSPHRASE: 'passphrase of the tests' });
    const { ca } = await trustAuthority(portal);
    const partner = makeLeaf(ca, { key });
    const begun = Math.floor(Date.now() / 1000) * 1000;
    await acceptPartner(portal, portal.pia, partner);
    const p7b = await portal.pia.get('/partner-certificate/mosip-signed?format=p7b');
    const [signed = '', issuing = '', root = '', ...more] = unpack(p7b.body);
    expect(more).toEqual([]);
    const [signedFile, issuingFile, rootFile] = [file('s.pem', signed), file('i.pem', issuing), file('r.pem', root)];
    expect(openssl('verify', '-x509_strict', '-CAfile', rootFile, '-untrusted', issuingFile, signedFile)).toContain(
      'OK',
    );

    const text = openssl('x509', '-in', signedFile, '-noout', '-text');
    for (const expected of [
      'Version: 3',
      'CA:FALSE',
      'X509v3 Basic Constraints: critical',
      'X509v3 Key Usage: critical',
      'Digital Signature',
      'Subject Key Identifier',
      'Authority Key Identifier',
    ]) {
      expect(text).toContain(expected);
    }
    expect(text).not.toMatch(/Serial Number:\s*(?:\(Negative\)|-)/);
    // Subject and key byte for byte.
    expect(openssl('x509', '-in', signedFile, '-noout', '-pubkey')).toBe(
      openssl('x509', '-in', file('p.pem', partner.pem), '-noout', '-pubkey'),
    );
    const read = readCertificate((await portal.pia.get('/partner-certificate/mosip-signed?format=der')).bytes);
    if (!read.ok) throw new Error(read.fault.name);
    expect(read.value.subject.der.equals(partner.subjectDer)).toBe(true);
    expect(read.value.key.spki.equals(partner.certificate.key.spki)).toBe(true);
    expect(read.value.notAfter - read.value.notBefore).toBe(365 * DAY);
    expect(read.value.notBefore).toBeGreaterThanOrEqual(begun);
    expect(read.value.serialNumber).toMatch(/^[0-9a-f]{30,34}$/);
    // PEM and DER are the same certificate.
    const pem = await portal.pia.get('/partner-certificate/mosip-signed');
    expect(
      openssl('x509', '-in', file('pem.cer', pem.body), '-noout', '-fingerprint', '-sha256')
        .toLowerCase()
        .replaceAll(':', ''),
    ).toContain(read.value.fingerprint);
  });

  it('with the default kind of key: RSA 3072 and SHA-256', async () => {
    const { db } = await openEmptyPortal({ PMP_CA_KEY: 'rsa-3072', PMP_CA_ORGANIZATION: 'Example Authority' });
    const ders = db.$client.prepare('SELECT der FROM signing_ca_certificates ORDER BY kind').pluck().all() as Buffer[];
    for (const der of ders) {
      const text = openssl('x509', '-inform', 'DER', '-in', file('ca.der', der), '-noout', '-text');
      for (const expected of ['Public-Key: (3072 bit)', 'sha256WithRSAEncryption', 'Example Authority', 'CA:TRUE'])
        expect(text).toContain(expected);
    }
  });
});

describe('downloads of the partner certificate', () => {
  it('are attachments with a name that says whose and which', async () => {
    const portal = await openPortal();
    const { leaf } = await acceptPia(portal);
    const original = await portal.pia.get('/partner-certificate/original');
    expect(original.headers['content-disposition']).toMatch(
      /^attachment; filename="pia-partner-certificate-\d{4}-\d\d-\d\d\.cer"/,
    );
    expect(original.headers['x-content-type-options']).toBe('nosniff');
    expect(original.body).toContain(leaf.der.toString('base64').slice(0, 64));
    expect((await portal.pia.get('/partner-certificate/original?format=der')).bytes.equals(leaf.der)).toBe(true);
    expect((await portal.pia.get('/partner-certificate/original?format=exe')).body).toContain('BEGIN CERTIFICATE');
    const p7b = await portal.pia.get('/partner-certificate/mosip-signed?format=p7b');
    expect(p7b.headers['content-disposition']).toContain('pia-mosip-signed-certificate-');
    expect(p7b.body).toMatch(/^-----BEGIN PKCS7-----/);
  });

  it('tell so on the next page, once', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    await portal.pia.get('/partner-certificate/original');
    expect((await portal.pia.get('/partner-certificate')).flash).toBe('certificate-downloaded');
    expect((await portal.pia.get('/partner-certificate')).flash).toBeUndefined();
  });

  it('work for expired ones, which are marked', async () => {
    const portal = await openPortal();
    const { id, leaf } = await acceptPia(portal);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(leaf.certificate.notAfter + DAY);
    const [pia, ada] = [await signIn(portal, 'pia'), await signIn(portal, 'ada')];
    const page = await pia.get('/partner-certificate');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('expired');
    for (const path of [
      '/partner-certificate/original',
      '/partner-certificate/mosip-signed',
      `/certificates/${id}/original`,
      `/certificates/${id}/mosip-signed`,
    ]) {
      expect((await pia.get(path)).status, path).toBe(200);
    }
    expect((await ada.get(`/certificates/${id}/mosip-signed?format=p7b`)).status).toBe(200);
    vi.useRealTimers();
  });

  it('are the owner’s and the admin’s; without a certificate there are none', async () => {
    const portal = await openPortal();
    const { id } = await acceptPia(portal);
    for (const which of ['original', 'mosip-signed']) {
      expect((await portal.otto.get(`/partner-certificate/${which}`)).status).toBe(404);
      expect((await portal.otto.get(`/certificates/${id}/${which}`)).status).toBe(404);
      expect((await portal.ada.get(`/certificates/${id}/${which}`)).status).toBe(200);
      expect((await portal.ada.get(`/certificates/0123/${which}`)).status).toBe(404);
      expect((await portal.guest.get(`/certificates/${id}/${which}`)).location).toMatch(/^\/login/);
    }
  });

  it('a certificate that ends early is issued until then, and the page says so', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const notAfter = Math.floor(Date.now() / 1000) * 1000 + 350 * DAY;
    await uploadPartner(portal.pia, makeLeaf(ca, { notAfter }));
    const page = await portal.pia.get('/partner-certificate');
    expect(page.flash).toBe('partner-certificate-accepted-short');
    const read = readCertificate((await portal.pia.get('/partner-certificate/mosip-signed?format=der')).bytes);
    expect(read.ok && read.value.notAfter).toBe(notAfter);
  });
});
