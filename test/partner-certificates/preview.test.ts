import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { readCertificate } from '../../src/pki/index.ts';
import {
  asFile,
  fingerprintOf,
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
} from '../support/certificates.ts';
import { shownName } from '../support/names.ts';
import { openPortal } from '../support/portal.ts';
import { expectAccepted, expectFragment, expectObjections, rowCounts } from '../support/preview.ts';
import { HTMX, type Visitor } from '../support/visitor.ts';
import { acceptPia, deactivate, pemFile, signIn, trustAuthority, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const ADDRESS = '/partner-certificate/preview';
type Made = Pick<MadeCertificate, 'der'>;

function preview(visitor: Visitor, made: Made | readonly Made[], headers = {}) {
  const bytes = Buffer.concat([made].flat().map((each) => asFile(each as Made)));
  return visitor.upload(ADDRESS, { name: 'acme-2026.cer', bytes }, {}, headers);
}

describe('POST /partner-certificate/preview', () => {
  it('shows what was read, the chain and that it will be accepted, and stores nothing', async () => {
    const portal = await openPortal();
    const { root, ca } = await trustAuthority(portal);
    const leaf = makeLeaf(ca);
    const before = rowCounts(portal);
    const page = await preview(portal.pia, leaf);
    expectAccepted(page, 'This certificate will be accepted');
    expect(rowCounts(portal)).toEqual(before);
    const { subject, issuer, key } = leaf.certificate;
    expect(key.kind).toBe('ec');
    const read = page.text(`#preview [data-fingerprint="${fingerprintOf(leaf.der)}"]`);
    for (const text of [
      shownName(subject.text),
      shownName(issuer.text),
      'Acme Chips Ltd as registered',
      'P-256',
      'SHA-256',
    ])
      expect(read).toContain(text);
    expect(
      page
        .$('.chain strong')
        .toArray()
        .map((step) => page.$(step).text()),
    ).toEqual([root, ca, leaf].map(({ certificate }) => certificate.subject.label));
    expect(page.$('.chain li.bad')).toHaveLength(0);
    expect(page.text('#preview')).toContain('acme-2026.cer');
    // Without JavaScript the file is gone, and the page says so.
    expect(page.text('#preview')).toContain('choose it once more');
    expect(page.$('form:has([name=certificate])')).toHaveLength(1);
    expect(page.$(`button[formaction="${ADDRESS}"]`)).toHaveLength(1);
  });

  it('is offered by the form, to htmx on choosing a file', async () => {
    const { pia } = await openPortal();
    const page = await pia.get('/partner-certificate/new');
    const field = page.$('[name=certificate]');
    expect([field.attr('hx-post'), field.attr('hx-target'), field.attr('hx-trigger')]).toEqual([
      ADDRESS,
      '#preview',
      'change',
    ]);
    expect(page.$('#preview').children()).toHaveLength(0);
  });

  it('answers htmx with the preview alone', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const good = await preview(portal.pia, makeLeaf(ca), HTMX);
    expectFragment(good);
    expectAccepted(good, 'This certificate will be accepted');
    expect(good.text()).not.toContain('choose it once more');
    const bad = await preview(portal.pia, makeLeaf(makeRoot()), HTMX);
    expectFragment(bad);
    expectObjections(bad, ['KER-PCM-006']);
  });

  it('lists every reason, in their order, marks the organisation and the broken link, and notes no refusal', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const trail = portal.trail();
    const leaf = makeLeaf(ca, {
      subject: { O: 'Acme Chips Limited', CN: 'x' },
      notAfter: Date.now() + 100 * DAY,
      signWith: makeRoot().privateKey,
    });
    const page = await preview(portal.pia, leaf);
    expectObjections(page, ['KER-KMS-021', 'KER-PCM-008', 'KER-PCM-006'], 'Acme Chips Limited', '“Acme Chips Ltd”');
    expect(page.text('dl .tag')).toBe('not as registered');
    expect(page.text('.chain li.bad')).toContain(leaf.certificate.subject.label);
    expect(page.$('[name=certificate]').attr('aria-invalid')).toBe('true');
    expect(portal.trail()).toEqual(trail);
  });

  it('is what a refused upload shows, too', async () => {
    const portal = await openPortal();
    await trustAuthority(portal);
    const leaf = makeLeaf(makeRoot());
    const refused = await portal.pia.upload('/partner-certificate', pemFile(leaf));
    expect(refused.status).toBe(422);
    const shown = await preview(portal.pia, leaf);
    for (const part of ['.verdict h2', '.verdict ul', '.chain', 'dl.certificate'])
      expect(refused.text(part)).toBe(shown.text(part));
  });

  it('judges as the upload will: what it accepts is accepted then', async () => {
    const portal = await openPortal();
    const { leaf, ca } = await acceptPia(portal);
    const files = [
      leaf,
      makeLeaf(ca),
      makeLeaf(ca, { isCa: true, keyUsage: ['keyCertSign'] }),
      makeLeaf(ca, { key: 'rsa-1024' }),
      makeRoot(),
    ];
    for (const made of files) {
      const { codes } = await preview(portal.pia, made);
      expect((await portal.pia.upload('/partner-certificate', pemFile(made))).codes).toEqual(codes);
    }
  });

  it("says before that a subject of the portal's own CA is refused, and when nothing can be issued", async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    portal.db.$client.exec("UPDATE partners SET organization = 'MOSIP'");
    const select = "SELECT der FROM signing_ca_certificates WHERE kind = 'issuing'";
    const own = readCertificate(portal.db.$client.prepare(select).pluck().get() as Buffer);
    const clash = makeLeaf(ca, { subjectDer: own.ok ? own.value.subject.der : Buffer.alloc(0) });
    expectObjections(await preview(portal.pia, clash), ['PMP-CA-002']);
    const late = await openPortal({ PMP_KEY_PASSPHRASE: 'a passphrase of others' });
    const authority = await trustAuthority(late);
    expectObjections(await preview(late.pia, makeLeaf(authority.ca)), ['PMP-CA-001']);
  });

  describe('of a file that cannot be read', () => {
    it.each([
      ['nothing in it', { name: 'a.cer', bytes: '' }, ['PMP-UP-003']],
      ['no certificate, wrong name', { name: 'a.txt', bytes: 'hello' }, ['PMP-UP-001', 'KER-PCM-001']],
      ['a private key', { name: 'a.pem', bytes: `${pem('PRIVATE KEY')}` }, ['PMP-UP-004']],
      ['too much', { name: 'a.cer', bytes: Buffer.alloc(64 * 1024 + 1) }, ['PMP-UP-002']],
    ])('gives the reasons: %s', async (_, file, codes) => {
      const portal = await openPortal();
      for (const headers of [{}, HTMX]) {
        const answer = await portal.pia.upload(ADDRESS, file, {}, headers);
        expectObjections(answer, codes);
        expect(answer.$('dl.certificate, .chain')).toHaveLength(0);
      }
    });

    it('says that none was chosen; to htmx, where a choice was taken back, nothing', async () => {
      const { pia } = await openPortal();
      expectObjections(await pia.upload(ADDRESS, []), ['PMP-UP-003']);
      const cleared = await pia.upload(ADDRESS, [], {}, HTMX);
      expectFragment(cleared);
      expect(cleared.$('#preview').children()).toHaveLength(0);
    });

    it('is a 400 when it is no form with a file', async () => {
      const { pia } = await openPortal();
      expect((await pia.post(ADDRESS, { certificate: 'x' })).status).toBe(400);
    });
  });

  describe('draws the chain', () => {
    it('as good down to the step at which it breaks, as unknown below', async () => {
      const portal = await openPortal();
      const ends = Date.now() + 400 * DAY;
      const root = makeRoot({ notAfter: ends + 4000 * DAY });
      const ca = makeIntermediate(root, { notAfter: ends });
      await trustCa(portal, root, 'root');
      await trustCa(portal, ca, 'intermediate');
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.setSystemTime(ends + DAY);
      const page = await preview(await signIn(portal, 'pia'), makeLeaf(ca, { notAfter: ends + 400 * DAY }));
      expectObjections(page, ['KER-PCM-006'], 'The chain breaks at step 2 of 3');
      const marks = page.$('.chain .step-mark').toArray();
      expect(marks.map((mark) => page.$(mark).attr('class'))).toEqual([
        'step-mark good',
        'step-mark bad',
        'step-mark unknown',
      ]);
    });
  });

  describe('of a file with several certificates', () => {
    it('judges the first and shows the others, which help no path', async () => {
      const portal = await openPortal();
      const root = makeRoot();
      await trustCa(portal, root, 'root');
      const ca = makeIntermediate(root);
      const leaf = makeLeaf(ca);
      const page = await preview(portal.pia, [leaf, root, ca]);
      expectObjections(page, ['KER-PCM-006'], ca.certificate.subject.text);
      expect(page.$('dl.certificate').attr('data-fingerprint')).toBe(fingerprintOf(leaf.der));
      expect(page.$('.others [data-fingerprint]')).toHaveLength(2);
      // The step that is missing is named with the fingerprint of the one in the file.
      expect(page.$('.chain .bad [data-missing]').attr('data-missing')).toBe(fingerprintOf(ca.der));
      await trustCa(portal, ca, 'intermediate');
      const then = await preview(portal.pia, [leaf, root, ca]);
      expectAccepted(then, 'This certificate will be accepted');
      expect(then.$('.others [data-fingerprint]')).toHaveLength(2);
    });

    it('names no namesake of the issuer with another key', async () => {
      const portal = await openPortal();
      const ca = makeIntermediate(makeRoot());
      const namesake = makeIntermediate(makeRoot(), { subjectDer: ca.subjectDer });
      const page = await preview(portal.pia, [makeLeaf(ca), namesake]);
      expect(page.$('.chain li.bad')).toHaveLength(1);
      expect(page.$('[data-missing]')).toHaveLength(0);
    });

    it('judges nothing but the first: a CA before it is judged, too', async () => {
      const portal = await openPortal();
      const { ca } = await trustAuthority(portal);
      expectObjections(await preview(portal.pia, [ca, makeLeaf(ca)]), ['KER-PCM-008']);
    });
  });

  it('shows markup and marks of direction in names as text', async () => {
    const portal = await openPortal();
    const leaf = makeLeaf(makeRoot(), { subject: { O: '<img src=x>', CN: '\u202eevil' } });
    const page = await preview(portal.pia, leaf, HTMX);
    expect(page.$('#preview img')).toHaveLength(0);
    expect(page.text('#preview')).toContain('<img src=x>');
    expect(page.body).not.toContain('\u202e');
  });

  it('asks who it is: guests, admins, another site, a deactivated partner', async () => {
    const portal = await openPortal();
    const leaf = makeLeaf(makeRoot());
    expect((await preview(portal.guest, leaf)).location).toMatch(/^\/login\?next=/);
    expect((await preview(portal.ada, leaf)).codes).toEqual(['KER-ATH-403']);
    expect((await preview(portal.pia, leaf, { origin: 'http://evil.test' })).codes).toEqual(['PMP-AU-005']);
    deactivate(portal, 'pia');
    const answer = await preview(portal.pia, leaf);
    expect([answer.status, answer.codes]).toEqual([409, ['PMS_PMP_016']]);
  });

  it('leads a GET to the form', async () => {
    const { pia } = await openPortal();
    const answer = await pia.get(ADDRESS);
    expect([answer.status, answer.location]).toEqual([303, '/partner-certificate/new']);
  });
});

function pem(label: string): string {
  return `-----BEGIN ${label}-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END ${label}-----\n`;
}
