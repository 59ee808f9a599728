import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { makeIntermediate, makeRoot } from '../support/certificates.ts';
import { certificatesInP7b } from '../support/p7b.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { hasTool } from '../support/tools.ts';
import { signIn, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const root = makeRoot({ subject: { O: 'Trust', CN: 'Great "Root": CA/1' }, notAfter: now() + 500 * DAY });
const upper = makeIntermediate(root, { subject: { O: 'Trust', CN: 'Upper CA' } });
const lower = makeIntermediate(upper, { subject: { O: 'Trust', CN: 'Größte CA' } });

async function openStore(): Promise<Portal & { ids: Record<'root' | 'upper' | 'lower', string> }> {
  const portal = await openPortal();
  const ids = {
    root: await trustCa(portal, root, 'root'),
    upper: await trustCa(portal, upper, 'intermediate'),
    lower: await trustCa(portal, lower, 'intermediate'),
  };
  return { ...portal, ids };
}

describe('GET /trust-store/:id/download', () => {
  it.each(['', '?format=pem', '?format=exe', '?format=der&format=pem'])('hands out PEM: %s', async (query) => {
    const { ada, ids } = await openStore();
    const answer = await ada.get(`/trust-store/${ids.root}/download${query}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(Buffer.from(new X509Certificate(answer.body).raw).equals(root.der)).toBe(true);
  });

  it('hands out DER, byte for byte', async () => {
    const { ada, ids } = await openStore();
    const answer = await ada.get(`/trust-store/${ids.lower}/download?format=der`);
    expect(answer.bytes.equals(lower.der)).toBe(true);
    expect(answer.headers['content-type']).toBe('application/pkix-cert');
  });

  it.runIf(hasTool('openssl'))('hands out the chain as PKCS#7: itself, its intermediates, its root', async () => {
    const { ada, ids } = await openStore();
    const read = async (id: string) => {
      const answer = await ada.get(`/trust-store/${id}/download?format=p7b`);
      expect(answer.headers['content-type']).toBe('application/x-pkcs7-certificates');
      return certificatesInP7b(answer.body);
    };
    const hex = (list: readonly Buffer[]) => list.map((der) => der.toString('hex')).sort();
    expect(hex(await read(ids.lower))).toEqual(hex([lower.der, upper.der, root.der]));
    expect(hex(await read(ids.upper))).toEqual(hex([upper.der, root.der]));
    expect(hex(await read(ids.root))).toEqual(hex([root.der]));
  });

  it('is saved, not shown, under a name that says whose and which', async () => {
    const { ada, ids } = await openStore();
    const pem = (await ada.get(`/trust-store/${ids.root}/download`)).headers;
    expect(pem['content-disposition']).toMatch(
      /^attachment; filename="FTM-root-Great-Root-CA-1\.cer"; filename\*=UTF-8''/,
    );
    expect(pem['x-content-type-options']).toBe('nosniff');
    const p7b = (await ada.get(`/trust-store/${ids.lower}/download?format=p7b`)).headers['content-disposition'];
    expect(p7b).toBe(
      `attachment; filename="FTM-intermediate-Gr__te-CA.p7b"; filename*=UTF-8''FTM-intermediate-Gr%C3%B6%C3%9Fte-CA.p7b`,
    );
  });

  it('leaves a message for the next page', async () => {
    const { ada, ids } = await openStore();
    await ada.get(`/trust-store/${ids.root}/download`);
    expect((await ada.get('/trust-store')).flash).toBe('certificate-downloaded');
    expect((await ada.get('/trust-store')).flash).toBeUndefined();
  });

  it('hands out what has ended, and its chain', async () => {
    const { ids, ...portal } = await openStore();
    vi.useFakeTimers({ toFake: ['Date'], now: root.certificate.notAfter + 1 });
    const ada = await signIn(portal, 'ada');
    expect((await ada.get(`/trust-store/${ids.root}/download?format=der`)).bytes.equals(root.der)).toBe(true);
    expect((await ada.get(`/trust-store/${ids.lower}/download?format=p7b`)).status).toBe(200);
  });
});
