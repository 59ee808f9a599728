import { afterEach, describe, expect, it, vi } from 'vitest';
import { addChip, uploadChip } from '../chips/support.ts';
import { fingerprintOf, makeLeaf } from '../support/certificates.ts';
import { openssl } from '../support/openssl.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { hasTool } from '../support/tools.ts';
import {
  acceptPartner,
  acceptPia,
  deactivate,
  OTTOS_ORGANIZATION,
  signIn,
  trustAuthority,
} from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const KINDS = ['original', 'mosip-signed'] as const;

/** Pia's first and current certificates; the first is history. */
async function openWithHistory() {
  const portal = await openPortal();
  const { ca, leaf, id } = await acceptPia(portal);
  const renewed = makeLeaf(ca);
  return {
    portal,
    ca,
    first: { leaf, id },
    current: { leaf: renewed, id: await acceptPartner(portal, portal.pia, renewed) },
  };
}

const signedDer = ({ db }: Portal, id: string) =>
  db.$client.prepare('SELECT der FROM mosip_signed_certificates WHERE certificate_id = ?').pluck().get(id) as Buffer;

describe.each(KINDS)('GET /certificates/:id/%s', (kind) => {
  it('hands its owner and the admin each certificate of the history, and no other', async () => {
    const { portal, first, current } = await openWithHistory();
    for (const { leaf, id } of [first, current]) {
      const expected = kind === 'original' ? leaf.der : signedDer(portal, id);
      for (const visitor of [portal.pia, portal.ada]) {
        const answer = await visitor.get(`/certificates/${id}/${kind}?format=der`);
        expect([answer.status, fingerprintOf(answer.bytes)]).toEqual([200, fingerprintOf(expected)]);
        expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="pia-/);
      }
    }
    expect(signedDer(portal, first.id).equals(signedDer(portal, current.id))).toBe(false);
  });

  it('knows nothing of it to another partner, as if it were not there', async () => {
    const { portal, current } = await openWithHistory();
    const foreign = await portal.otto.get(`/certificates/${current.id}/${kind}`);
    const unknown = await portal.otto.get(`/certificates/nothing/${kind}`);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    const withoutNumber = (text: string) => text.replace(/[0-9a-f-]{36}/, '');
    expect(withoutNumber(foreign.text())).toBe(withoutNumber(unknown.text()));
    expect((await portal.ada.get(`/certificates/nothing/${kind}`)).status).toBe(404);
  });

  it('asks those who are not signed in to sign in', async () => {
    const { portal, current } = await openWithHistory();
    const path = `/certificates/${current.id}/${kind}`;
    const answer = await portal.guest.get(path);
    expect([answer.status, answer.location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
  });

  it('takes an unknown format for PEM', async () => {
    const { portal, current } = await openWithHistory();
    const formats = kind === 'original' ? ['', '?format=', '?format=p7b', '?format=exe'] : ['', '?format=exe'];
    for (const format of formats) {
      const answer = await portal.pia.get(`/certificates/${current.id}/${kind}${format}`);
      expect(answer.body).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
      expect(answer.headers['content-disposition']).toMatch(/\.cer"/);
    }
  });

  it('still works for a deactivated partner, and once it has expired', async () => {
    const { portal, first } = await openWithHistory();
    deactivate(portal, 'pia');
    vi.useFakeTimers({ toFake: ['Date'], now: first.leaf.certificate.notAfter + 1000 });
    const pia = await signIn(portal, 'pia');
    expect((await pia.get(`/certificates/${first.id}/${kind}`)).status).toBe(200);
  });

  it('says so on the next page', async () => {
    const { portal, current } = await openWithHistory();
    await portal.ada.get(`/certificates/${current.id}/${kind}`);
    expect((await portal.ada.get('/trust-store')).flash).toBe('certificate-downloaded');
  });
});

describe('the certificate of a chip', () => {
  it('is handed out as uploaded; there is no MOSIP-signed one', async () => {
    const { portal, ca } = await openWithHistory();
    const made = makeLeaf(ca);
    await uploadChip(portal.pia, await addChip(portal.pia), made);
    const find = portal.db.$client.prepare('SELECT id FROM certificates WHERE fingerprint = ?').pluck();
    const id = find.get(fingerprintOf(made.der)) as string;
    const original = await portal.pia.get(`/certificates/${id}/original?format=der`);
    expect(original.bytes.equals(made.der)).toBe(true);
    expect(original.headers['content-disposition']).toContain('pia-chip-certificate-');
    for (const visitor of [portal.pia, portal.ada]) {
      expect((await visitor.get(`/certificates/${id}/mosip-signed`)).status).toBe(404);
    }
    expect((await portal.otto.get(`/certificates/${id}/original`)).status).toBe(404);
    // The chip's certificate has not become the partner's.
    const own = await portal.pia.get('/partner-certificate/original?format=der');
    expect(own.bytes.equals(made.der)).toBe(false);
  });
});

describe.each(KINDS)('GET /partner-certificate/%s', (kind) => {
  it('hands out the current one', async () => {
    const { portal, current } = await openWithHistory();
    const expected = kind === 'original' ? current.leaf.der : signedDer(portal, current.id);
    const answer = await portal.pia.get(`/partner-certificate/${kind}?format=der`);
    expect(answer.bytes.equals(expected)).toBe(true);
  });

  it('is for partners, each to her own', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const ottos = makeLeaf(ca, { subject: { O: OTTOS_ORGANIZATION, CN: 'Otto' } });
    await acceptPartner(portal, portal.otto, ottos);
    expect((await portal.pia.get(`/partner-certificate/${kind}`)).status).toBe(404);
    expect((await portal.ada.get(`/partner-certificate/${kind}`)).codes).toEqual(['KER-ATH-403']);
    expect((await portal.guest.get(`/partner-certificate/${kind}`)).status).toBe(303);
    expect((await portal.otto.get(`/partner-certificate/${kind}`)).headers['content-disposition']).toContain('"otto-');
  });
});

it.runIf(hasTool('openssl'))('the chain of the MOSIP-signed one goes: itself, the issuing CA, the root', async () => {
  const { portal, current } = await openWithHistory();
  const { body } = await portal.ada.get(`/certificates/${current.id}/mosip-signed?format=p7b`);
  const { output } = openssl(['pkcs7', '-print_certs', '-noout'], body);
  const subjects = output.match(/subject=.*/g) ?? [];
  expect(subjects).toHaveLength(3);
  expect(subjects.join('\n')).toMatch(/Acme Chip \d+[\s\S]*Issuing CA[\s\S]*Root CA/);
});
