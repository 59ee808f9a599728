import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { fingerprintOf, type MadeCertificate } from '../support/certificates.ts';
import { signIn } from '../support/workflow.ts';
import { addChip, type ChipPortal, chipIn, loseTrust, openChipPortal, uploadChip } from './support.ts';
import { walk } from './walk.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function withCertificate(): Promise<{ portal: ChipPortal; chip: string; made: MadeCertificate }> {
  const portal = await openChipPortal();
  const chip = await addChip(portal.pia);
  const made = portal.leaf({ key: 'rsa-2048' });
  await uploadChip(portal.pia, chip, made);
  return { portal, chip, made };
}

describe('GET /chips/:id/certificate/original', () => {
  it.each(['', '?format=pem', '?format=p7b', '?format=nonsense', '?format=der&format=der'])(
    'hands out PEM for “%s”',
    async (query) => {
      const { portal, chip, made } = await withCertificate();
      const file = await portal.pia.get(`${chip}/certificate/original${query}`);
      expect(file.status).toBe(200);
      expect(file.headers['content-type']).toBe('application/x-pem-file');
      expect(file.body).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
      expect(fingerprintOf(new X509Certificate(file.body).raw)).toBe(fingerprintOf(made.der));
    },
  );

  it('hands out DER, byte for byte as uploaded', async () => {
    const { portal, chip, made } = await withCertificate();
    for (const visitor of [portal.pia, portal.ada]) {
      const file = await visitor.get(`${chip}/certificate/original?format=der`);
      expect(file.headers['content-type']).toBe('application/pkix-cert');
      expect(file.bytes.equals(made.der)).toBe(true);
    }
  });

  it('is a file to be saved, named for whose and which it is', async () => {
    const { portal, chip } = await withCertificate();
    const file = await portal.pia.get(`${chip}/certificate/original`);
    const day = new Date().toISOString().slice(0, 10);
    expect(file.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="pia-chip-certificate-${day}\\.cer"`),
    );
    expect(file.headers['x-content-type-options']).toBe('nosniff');
  });

  it('leaves a message for the next page, once', async () => {
    const { portal, chip } = await withCertificate();
    portal.pia.cookies.delete('pmp_flash');
    await portal.pia.get(`${chip}/certificate/original`);
    expect((await portal.pia.get(chip)).flash).toBe('certificate-downloaded');
    expect((await portal.pia.get(chip)).flash).toBeUndefined();
  });

  it('works in every status that has a certificate; there is nothing in the other', async () => {
    const portal = await openChipPortal();
    for (const status of ['pending_approval', 'approved', 'rejected', 'deactivated'] as const) {
      const chip = await chipIn(portal, status, status);
      for (const visitor of [portal.pia, portal.ada])
        expect((await visitor.get(`${chip}/certificate/original`)).status, status).toBe(200);
    }
    const without = await chipIn(portal, 'pending_cert_upload', 'without');
    for (const visitor of [portal.pia, portal.ada])
      expect((await visitor.get(`${without}/certificate/original`)).status).toBe(404);
  });

  it('works for certificates that are expired or untrusted', async () => {
    const { portal, chip, made } = await withCertificate();
    loseTrust(portal);
    expect((await portal.pia.get(`${chip}/certificate/original`)).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(made.certificate.notAfter + DAY);
    expect((await (await signIn(portal, 'pia')).get(`${chip}/certificate/original`)).status).toBe(200);
  });
});

walk({ method: 'GET', path: '/chips/:id/certificate/original', who: 'both', status: 'approved' });
