import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import {
  asFile,
  type FileForm,
  fingerprintOf,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  makeSelfSigned,
  type Overrides,
} from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { HTMX, ORIGIN } from '../support/visitor.ts';
import {
  acceptPia,
  deactivate,
  pemFile,
  rowsIn,
  signIn,
  trustAuthority,
  trustCa,
  uploadPartner,
} from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const nothingStored = (portal: Portal) =>
  expect([rowsIn(portal, 'certificates'), rowsIn(portal, 'mosip_signed_certificates')]).toEqual([0, 0]);

describe('POST /partner-certificate', () => {
  it('accepts, issues, and shows both', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const made = makeLeaf(ca);
    const answer = await uploadPartner(portal.pia, made);
    expect([answer.status, answer.location]).toEqual([303, '/partner-certificate']);
    const page = await portal.pia.get('/partner-certificate');
    expect(page.flash).toBe('partner-certificate-accepted');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('valid');
    expect(page.$('[data-fingerprint]').first().attr('data-fingerprint')).toBe(fingerprintOf(made.der));
    expect(page.$('.timeline [id^=certificate-]')).toHaveLength(1);
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({
      action: 'partner-certificate.upload',
      actor: 'pia',
      outcome: 'done',
      thing_id: portal.idOf('pia'),
    });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({ fingerprint: fingerprintOf(made.der) });
  });

  it.each<FileForm>(['der', 'pem', 'pem-with-text', 'pem-crlf', 'pem-bom'])(
    'reads a file in the form %s',
    async (form) => {
      const portal = await openPortal();
      const { ca } = await trustAuthority(portal);
      const answer = await portal.pia.upload('/partner-certificate', {
        name: 'Zertifikat 1.PEM',
        bytes: asFile(makeLeaf(ca), form),
      });
      expect([answer.codes, answer.status]).toEqual([[], 303]);
    },
  );

  it('before the CA certificates are loaded it fails, and says so', async () => {
    const portal = await openPortal();
    const made = makeLeaf(makeIntermediate(makeRoot(), { subject: { CN: 'Acme Issuing CA' } }));
    const refused = await uploadPartner(portal.pia, made);
    expectRefused(refused, ['KER-PCM-006'], 'Acme Issuing CA');
    expect(refused.text('.chain')).toContain('Acme Issuing CA');
    expect(refused.$('[data-fingerprint]').first().attr('data-fingerprint')).toBe(fingerprintOf(made.der));
    expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'partner-certificate.upload', code: 'KER-PCM-006' });
    nothingStored(portal);
  });

  /** rules 3: one certificate against each rule, and one just inside it. */
  const NOW = Date.UTC(2030, 0, 15, 12);
  const BOUNDARIES: readonly [rule: string, overrides: Overrides, codes: readonly string[]][] = [
    ['not before is now', { notBefore: NOW, notAfter: NOW + 400 * DAY }, []],
    ['not before is in a second', { notBefore: NOW + 1000, notAfter: NOW + 400 * DAY }, ['KER-PMS-020']],
    ['335 whole days left', { notAfter: NOW + 335 * DAY }, []],
    ['a second less', { notAfter: NOW + 335 * DAY - 1000 }, ['KER-KMS-021']],
    ['ends now', { notAfter: NOW }, ['KER-KMS-021']],
    ['ended a second ago', { notAfter: NOW - 1000 }, ['KER-PCM-004', 'KER-KMS-021']],
    ['version 1', { version: 1 }, ['KER-PCM-007']],
    ['no organisation', { subject: { CN: 'x' } }, ['KER-PCM-008']],
    ['two organisations', { subject: { O: ['Acme Chips Ltd', 'Acme Chips Ltd'], CN: 'x' } }, ['KER-PCM-008']],
    ['another organisation', { subject: { O: 'Acme Chips Limited', CN: 'x' } }, ['KER-PCM-008']],
    ['other case', { subject: { O: 'ACME CHIPS LTD', CN: 'x' } }, ['KER-PCM-008']],
    ['other white space', { subject: { O: '  Acme   Chips Ltd ', CN: 'x' } }, []],
    ['RSA 2048', { key: 'rsa-2048' }, []],
    ['RSA 1024', { key: 'rsa-1024' }, ['KER-PCM-013']],
    ['P-384', { key: 'P-384' }, []],
    ['P-521', { key: 'P-521' }, []],
    ['secp256k1', { key: 'secp256k1' }, ['KER-PCM-013']],
    ['Ed25519', { key: 'Ed25519' }, []],
    ['Ed448', { key: 'Ed448' }, []],
    ['SHA-384', { hash: 'sha384' }, []],
    ['SHA-1', { hash: 'sha1' }, ['KER-PCM-014']],
    ['a CA', { isCa: true, keyUsage: ['keyCertSign'] }, []],
  ];
  it.each(BOUNDARIES)('%s', async (_rule, overrides, codes) => {
    const portal = await openPortal();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(NOW);
    const cast = { ...portal, ada: await signIn(portal, 'ada'), pia: await signIn(portal, 'pia') };
    const root = makeRoot({ at: NOW });
    await trustCa(cast, root, 'root');
    const made = makeLeaf(root, { at: NOW, notBefore: NOW - 9 * DAY, ...overrides });
    const answer = await uploadPartner(cast.pia, made);
    expect([answer.status, answer.codes]).toEqual([codes.length === 0 ? 303 : 422, codes]);
    if (codes.length > 0) nothingStored(portal);
  });

  it('compares the organisation after Unicode NFC', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    portal.db.$client
      .prepare('UPDATE partners SET organization = ? WHERE account_id = ?')
      .run('Société Ünïcode', portal.idOf('pia'));
    const made = makeLeaf(ca, { subject: { O: 'Société Ünïcode'.normalize('NFD'), CN: 'x' } });
    expect((await uploadPartner(portal.pia, made)).codes).toEqual([]);
  });

  it('refuses a self-signed certificate, whatever else it is', async () => {
    const portal = await openPortal();
    expect((await uploadPartner(portal.pia, makeSelfSigned())).codes).toEqual(['KER-PCM-015', 'KER-PCM-006']);
  });

  it('takes the first certificate of a file; the others help no path', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const ca = makeIntermediate(root);
    await trustCa(portal, root, 'root');
    const bundle = Buffer.concat([asFile(makeLeaf(ca)), asFile(ca)]);
    const refused = await portal.pia.upload('/partner-certificate', { name: 'chain.pem', bytes: bundle });
    expectRefused(refused, ['KER-PCM-006']);
    await trustCa(portal, ca, 'intermediate');
    expect((await portal.pia.upload('/partner-certificate', { name: 'chain.pem', bytes: bundle })).status).toBe(303);
  });

  it('trusts what stands in the domain FTM only', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    await trustCa(portal, root, 'root', 'DEVICE');
    await trustCa(portal, root, 'root', 'AUTH');
    expect((await uploadPartner(portal.pia, makeLeaf(root))).codes).toEqual(['KER-PCM-006']);
  });

  it('the same certificate again is a renewal: a fresh one is issued, the history kept and downloadable', async () => {
    const portal = await openPortal();
    const { leaf } = await acceptPia(portal);
    const before = (await portal.pia.get('/partner-certificate/mosip-signed?format=der')).bytes;
    expect((await uploadPartner(portal.pia, leaf)).status).toBe(303);
    const after = (await portal.pia.get('/partner-certificate/mosip-signed?format=der')).bytes;
    expect(after.equals(before)).toBe(false);
    const page = await portal.pia.get('/partner-certificate');
    expect(page.$('.timeline [id^=certificate-]')).toHaveLength(2);
    for (const href of page
      .$('.timeline [id^=certificate-] a[download]')
      .toArray()
      .map((element) => page.$(element).attr('href') ?? '')) {
      expect((await portal.pia.get(href)).status).toBe(200);
    }
  });

  it('answers htmx by 204 and the way on, a refusal by the form alone', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const done = await uploadPartner(portal.pia, makeLeaf(ca), HTMX);
    expect([done.status, done.headers['hx-redirect']]).toEqual([204, '/partner-certificate']);
    const refused = await uploadPartner(portal.pia, makeSelfSigned(), HTMX);
    expect([refused.status, refused.body.includes('<html')]).toEqual([422, false]);
    expect(refused.$('#upload')).toHaveLength(1);
  });

  it('is for partners, and not for deactivated ones', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    expect((await uploadPartner(portal.ada, makeLeaf(ca))).status).toBe(403);
    expect((await uploadPartner(portal.guest, makeLeaf(ca))).location).toMatch(/^\/login/);
    deactivate(portal, 'pia');
    for (const refused of [
      await uploadPartner(portal.pia, makeLeaf(ca)),
      await portal.pia.get('/partner-certificate/new'),
    ]) {
      expect([refused.status, refused.codes]).toEqual([409, ['PMS_PMP_016']]);
    }
    nothingStored(portal);
  });
});

describe('the file (rules 1)', () => {
  const garbage = Buffer.from('This is no certificate.\n');
  const FILES: readonly [what: string, name: string, bytes: Buffer | string, codes: readonly string[]][] = [
    ['another ending', 'a.crt', asFile(makeSelfSigned()), ['PMP-UP-001', 'KER-PCM-015', 'KER-PCM-006']],
    ['no ending', 'cer', asFile(makeSelfSigned()), ['PMP-UP-001', 'KER-PCM-015', 'KER-PCM-006']],
    ['an empty file', 'a.cer', '', ['PMP-UP-003']],
    ['too large by one byte', 'a.cer', Buffer.alloc(64 * 1024 + 1, 10), ['PMP-UP-002']],
    ['far too large: drained, not cut off', 'a.cer', Buffer.alloc(5 * 1024 * 1024, 10), ['PMP-UP-002']],
    ['as large as allowed', 'a.cer', Buffer.alloc(64 * 1024, 10), ['KER-PCM-001']],
    ['a text', 'a.cer', garbage, ['KER-PCM-001']],
    ['a text of another name too', 'a.txt', garbage, ['PMP-UP-001', 'KER-PCM-001']],
    ['a page', 'a.cer', '<!doctype html><html><body>Download</body></html>', ['PMP-UP-005']],
    [
      'a certificate request',
      'a.pem',
      '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n',
      ['PMP-UP-005'],
    ],
    ['trailing bytes', 'a.cer', Buffer.concat([makeSelfSigned().der, Buffer.from([0])]), ['KER-PCM-001']],
    ['cut off', 'a.cer', makeSelfSigned().der.subarray(0, -1), ['KER-PCM-001']],
    [
      '101 certificates',
      'a.pem',
      asFile(makeSelfSigned({ key: 'Ed25519', onlyExtensions: [] }))
        .toString()
        .repeat(101),
      ['PMP-UP-006'],
    ],
  ];
  it.each(FILES)('%s', async (_what, name, bytes, codes) => {
    const portal = await openPortal();
    const refused = await portal.pia.upload('/partner-certificate', { name, bytes });
    expect([refused.status, refused.codes]).toEqual([422, codes]);
    expect(refused.$('form[enctype="multipart/form-data"] input[type=file]')).toHaveLength(1);
    nothingStored(portal);
  });

  it('none, several, or under another name', async () => {
    const { pia } = await openPortal();
    const file = pemFile(makeSelfSigned());
    expect((await pia.upload('/partner-certificate', [])).codes).toEqual(['PMP-UP-003']);
    expect((await pia.upload('/partner-certificate', { name: '', bytes: '' })).codes).toEqual(['PMP-UP-003']);
    expect((await pia.upload('/partner-certificate', [file, file])).codes).toEqual(['PMP-UP-007']);
    expect(
      (
        await pia.upload(
          '/partner-certificate',
          Array.from({ length: 12 }, () => file),
        )
      ).codes,
    ).toEqual(['PMP-UP-007']);
  });

  it('a private key is refused, told to be exposed, and kept nowhere', async () => {
    const portal = await openPortal();
    const { privateKey } = makeSelfSigned();
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const bytes of [
      key,
      asFile(makeSelfSigned()).toString() + key,
      privateKey.export({ type: 'pkcs8', format: 'der' }),
    ]) {
      const refused = await portal.pia.upload('/partner-certificate', { name: 'a.pem', bytes });
      expect([refused.status, refused.codes]).toEqual([422, ['PMP-UP-004']]);
      expect(refused.text('[role=alert]')).toMatch(/exposed/);
      expect(refused.body).not.toContain(key.split('\n')[1]);
    }
    expect(portal.db.$client.serialize().includes(key.split('\n')[1] ?? '')).toBe(false);
  });

  it('no multipart, one that is cut off, or one without an end is a 400 and changes nothing', async () => {
    const portal = await openPortal();
    const type = 'multipart/form-data; boundary=x';
    const whole = `--x\r\nContent-Disposition: form-data; name="certificate"; filename="a.cer"\r\n\r\n${asFile(makeSelfSigned())}\r\n--x--\r\n`;
    expect((await portal.pia.post('/partner-certificate', { certificate: 'x' })).status).toBe(400);
    for (const body of ['', '--x', whole.slice(0, 200), whole.replace('\r\n--x--\r\n', '')]) {
      const refused = await portal.pia.send(
        'POST',
        '/partner-certificate',
        { origin: ORIGIN, 'content-type': type },
        body,
      );
      expect(refused.status, JSON.stringify(body.slice(0, 30))).toBe(400);
      expect(refused.body).not.toMatch(/at .*\.(ts|js):/);
    }
    expect(
      (
        await portal.pia.send(
          'POST',
          '/partner-certificate',
          { origin: ORIGIN, 'content-type': 'multipart/form-data' },
          whole,
        )
      ).status,
    ).toBe(400);
    nothingStored(portal);
  });
});
