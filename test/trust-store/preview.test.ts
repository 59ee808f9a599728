import { describe, expect, it } from 'vitest';
import { asFile, fingerprintOf, type MadeCertificate, makeIntermediate, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectAccepted, expectFragment, expectObjections, rowCounts } from '../support/preview.ts';
import { HTMX, type Visitor } from '../support/visitor.ts';
import { trustCa, uploadCa } from '../support/workflow.ts';

type Made = Pick<MadeCertificate, 'der'>;

function preview(
  visitor: Visitor,
  made: Made | readonly Made[],
  form: { type?: string; domain?: string } = {},
  headers = {},
) {
  const bytes = Buffer.concat([made].flat().map((each) => asFile(each as Made)));
  const fields = { domain: 'FTM', type: 'root', ...form };
  return visitor.upload('/trust-store/preview', { name: 'ca.pem', bytes }, fields, headers);
}

const root = makeRoot();
const upper = makeIntermediate(root);
const lower = makeIntermediate(upper);

describe('POST /trust-store/preview', () => {
  it('says that a root, and an intermediate below it, will be accepted, and stores nothing', async () => {
    const portal = await openPortal();
    const before = rowCounts(portal);
    const page = await preview(portal.ada, root, { domain: 'AUTH' });
    expectAccepted(page, 'This certificate will be accepted');
    expect(rowCounts(portal)).toEqual(before);
    expect(page.$('[name=domain]').val()).toBe('AUTH');
    expect(page.$('dl.certificate').attr('data-fingerprint')).toBe(fingerprintOf(root.der));
    expect(page.text('dl')).not.toContain('as registered');
    await trustCa(portal, root, 'root');
    const fragment = await preview(portal.ada, upper, { type: 'intermediate' }, HTMX);
    expectFragment(fragment);
    expectAccepted(fragment, 'This certificate will be accepted');
    expect(fragment.$('.chain li')).toHaveLength(2);
  });

  it('judges for the domain and the tab, as the upload would, and notes no refusal', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root', 'DEVICE');
    const trail = portal.trail();
    const cases: [Made, Record<string, string>, string[]][] = [
      [root, { domain: 'DEVICE' }, ['KER-PCM-003']],
      [root, { type: 'intermediate' }, ['PMP-TS-002']],
      [upper, { type: 'intermediate', domain: 'FTM' }, ['KER-PCM-005']],
      [upper, { domain: 'BANKING' }, ['KER-PCM-011']],
      [makeRoot({ key: 'rsa-1024', isCa: false }), {}, ['PMP-TS-001', 'KER-PCM-013']],
    ];
    for (const [made, form, codes] of cases) expectObjections(await preview(portal.ada, made, form), codes);
    expect(portal.trail()).toEqual(trail);
    for (const [made, form, codes] of cases)
      expect((await uploadCa(portal.ada, made, form as { domain?: 'FTM' })).codes).toEqual(codes);
  });

  it('is asked for again when another domain is chosen', async () => {
    const { ada } = await openPortal();
    const page = await ada.get('/trust-store/new?type=root');
    expect(page.$('[name=certificate]').attr('hx-trigger')).toBe('change, change from:#domain');
    expect(page.$('#domain')).toHaveLength(1);
  });

  describe('of a file with several', () => {
    const orphan = makeIntermediate(makeRoot());

    it('has one line for each, by each other’s help, and stores nothing', async () => {
      const portal = await openPortal();
      const before = rowCounts(portal);
      const page = await preview(portal.ada, [lower, orphan, upper, root]);
      expect([page.status, page.codes]).toEqual([200, []]);
      expect(page.text('.verdict')).toContain('3 of 4 certificates will be added');
      const lines = page.$('li[data-outcome]').toArray();
      const outcome = Object.fromEntries(
        lines.map((line) => [page.$(line).attr('data-fingerprint'), page.$(line).attr('data-outcome')]),
      );
      expect(outcome).toEqual({
        [fingerprintOf(root.der)]: 'added',
        [fingerprintOf(upper.der)]: 'added',
        [fingerprintOf(lower.der)]: 'added',
        [fingerprintOf(orphan.der)]: 'refused',
      });
      expect(page.text(`li[data-fingerprint="${fingerprintOf(orphan.der)}"]`)).toContain('KER-PCM-005');
      expect(rowCounts(portal)).toEqual(before);
    });

    it('says when all will be added, and when none', async () => {
      const portal = await openPortal();
      expectAccepted(await preview(portal.ada, [upper, root]), 'All 2 certificates will be added');
      const none = await preview(portal.ada, [upper, orphan], {}, HTMX);
      expectFragment(none);
      expectObjections(none, ['KER-PCM-005'], 'None of the 2 certificates can be added');
      expect(none.$('li[data-outcome=refused]')).toHaveLength(2);
    });
  });

  it('gives the reasons against a file that cannot be read', async () => {
    const portal = await openPortal();
    const answer = await portal.ada.upload(
      '/trust-store/preview',
      { name: 'x.txt', bytes: '' },
      { domain: 'X', type: 'root' },
    );
    expectObjections(answer, ['PMP-UP-001', 'PMP-UP-003', 'KER-PCM-011']);
  });

  it('is for admins, and not for other sites', async () => {
    const portal = await openPortal();
    expect((await preview(portal.guest, root)).location).toMatch(/^\/login\?next=/);
    expect((await preview(portal.pia, root)).codes).toEqual(['KER-ATH-403']);
    expect((await preview(portal.ada, root, {}, { origin: 'http://evil.test' })).codes).toEqual(['PMP-AU-005']);
  });

  it('leads a GET to the form', async () => {
    const { ada } = await openPortal();
    const answer = await ada.get('/trust-store/preview');
    expect([answer.status, answer.location]).toEqual([303, '/trust-store/new']);
  });
});
