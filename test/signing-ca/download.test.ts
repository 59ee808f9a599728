import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openssl } from '../support/openssl.ts';
import { openPortal } from '../support/portal.ts';
import { rootOf, signingCas } from './support.ts';

describe('GET /signing-ca/:id/download', () => {
  it('gives everybody the certificate as PEM or DER, named for what it is', async () => {
    const { guest, db } = await openPortal();
    for (const { id, der, kind } of signingCas(db)) {
      const pem = await guest.get(`/signing-ca/${id}/download`);
      expect(pem.status).toBe(200);
      expect(new X509Certificate(pem.body).raw).toEqual(der);
      const title = kind === 'root' ? 'Root' : 'Issuing';
      expect(pem.headers['content-disposition']).toMatch(
        new RegExp(`^attachment; filename="MOSIP-${title}-CA-[0-9a-f]{8}\\.cer"`),
      );
      expect((await guest.get(`/signing-ca/${id}/download?format=der`)).bytes).toEqual(der);
      expect((await guest.get(`/signing-ca/${id}/download?format=no`)).body).toBe(pem.body);
    }
  });

  it('gives the chain, which OpenSSL reads: the issuing CA, then its root', async () => {
    const { guest, db } = await openPortal();
    const [root, issuing] = signingCas(db);
    const subjects = async (id = '') => {
      const answer = await guest.get(`/signing-ca/${id}/download?format=p7b`);
      expect(answer.headers['content-disposition']).toMatch(/\.p7b"/);
      const { output } = openssl(['pkcs7', '-print_certs'], answer.body);
      return (output.match(/-----BEGIN.+?-----END CERTIFICATE-----/gs) ?? []).map(
        (pem) => new X509Certificate(pem).fingerprint256,
      );
    };
    const fingerprint = (der?: Buffer) => new X509Certificate(der ?? '').fingerprint256;
    expect(await subjects(issuing?.id)).toEqual([fingerprint(issuing?.der), fingerprint(root?.der)]);
    expect(await subjects(root?.id)).toEqual([fingerprint(root?.der)]);
  });

  it('has nothing under an unknown id, and never a key', async () => {
    const { guest, db } = await openPortal();
    expect((await guest.get('/signing-ca/0123/download')).status).toBe(404);
    expect((await guest.get(`/signing-ca/${rootOf(db).id}.pem/download`)).status).toBe(404);
    expect((await guest.get('/signing-ca/renewal/download')).status).toBe(404);
  });
});
