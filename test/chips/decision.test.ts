import { afterEach, describe, expect, it, vi } from 'vitest';
import { fingerprintOf, makeLeaf } from '../support/certificates.ts';
import { REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptPartner, OTTOS_ORGANIZATION, signIn } from '../support/workflow.ts';
import { addChip, certificateToDecide, chipIn, loseTrust, openChipPortal, submitChip, uploadChip } from './support.ts';
import { walk } from './walk.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('GET /chips/:id/decision/new', () => {
  it('shows chip, provider, certificate and chain above the buttons', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.status).toBe(200);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
    for (const text of ['Acme', 'X1', 'Acme Chips Ltd', 'pia', 'as registered']) expect(page.text()).toContain(text);
    expect(page.$('[data-fingerprint]').attr('data-fingerprint')).toBe(fingerprintOf(made.der));
    expect(page.text('.chain')).toContain(portal.root.certificate.subject.label);
    for (const action of ['approval', 'rejection']) {
      const field = page.$(`form[action="${chip}/${action}"][method=post] [name=certificateId]`);
      const row = portal.db.$client.prepare('SELECT fingerprint FROM certificates WHERE id = ?').pluck();
      expect(row.get(field.attr('value'))).toBe(fingerprintOf(made.der));
    }
  });

  it('gives htmx what fills the dialog: the same, as one fragment', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const fragment = await portal.ada.get(`${chip}/decision/new`, HTMX);
    expect(fragment.status).toBe(200);
    expect(fragment.$('body').children()).toHaveLength(1);
    expect(fragment.text('#dialog-title')).toBe('Acme X1');
    expect(fragment.$(`form[hx-post="${chip}/approval"] [name=certificateId]`)).toHaveLength(1);
  });

  it('says what speaks against the certificate today, and offers rejection alone', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const marks = async () =>
      (await portal.ada.get(`${chip}/decision/new`))
        .$('main [data-status]')
        .toArray()
        .map(({ attribs }) => attribs['data-status']);
    expect(await marks()).toEqual(['pending_approval']);
    loseTrust(portal);
    expect(await marks()).toEqual(['pending_approval', 'untrusted']);
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.status).toBe(200);
    expect(page.text('.notice')).toContain('can only be rejected');
    expect(page.text('.notice')).toContain('KER-PCM-006');
    expect(page.$(`form[action="${chip}/approval"]`)).toHaveLength(0);
    expect(page.$(`form[action="${chip}/rejection"]`)).toHaveLength(1);
  });

  it('says since when the provider waits', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 3 * 86_400_000);
    expect((await (await signIn(portal, 'ada')).get(`${chip}/decision/new`)).text()).toContain('3 days ago');
  });

  it.each([
    ['pending_cert_upload', 'PMP_AUT_033', 'no certificate yet'],
    ['approved', 'PMP-CH-002', 'already been approved'],
    ['rejected', 'PMP-CH-002', 'already been rejected'],
    ['deactivated', 'PMP_AUT_039', 'is deactivated'],
  ] as const)('of a chip that is %s says %s, and shows it as it is', async (status, code, wording) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    for (const answer of [
      await portal.ada.get(`${chip}/decision/new`),
      await portal.ada.get(`${chip}/decision/new`, HTMX),
    ]) {
      expect([answer.status, answer.codes]).toEqual([409, [code]]);
      expect(answer.text('[role=alert]')).toContain(wording);
      const shown = answer.$('main').length > 0 ? 'main [data-status]' : '[data-status]';
      expect(answer.$(shown).first().attr('data-status')).toBe(status);
      expect(answer.$('[name=certificateId]')).toHaveLength(0);
    }
  });
});

describe('GET /chips/:id/decision/new: other partners to know of', () => {
  const related = async (portal: Awaited<ReturnType<typeof openChipPortal>>, chip: string) => {
    const page = await portal.ada.get(`${chip}/decision/new`);
    const links = page.$('main a[href^="/partners/"]').toArray();
    return links
      .map((link) => page.$(link).closest('li').text().replace(/\s+/g, ' ').trim())
      .filter((text) => text !== '');
  };

  it('are none where nothing is shared', async () => {
    const portal = await openChipPortal();
    expect(await related(portal, await submitChip(portal))).toEqual([]);
  });

  it('are those of the same organisation, and those with the same key', async () => {
    const portal = await openChipPortal();
    const made = portal.leaf();
    const chip = await addChip(portal.pia);
    // Otto has this key in a partner certificate first, so that the chip may still come.
    const ottos = { subject: { O: OTTOS_ORGANIZATION, CN: 'Otto' }, key: made.keys };
    await acceptPartner(portal, portal.otto, makeLeaf(portal.ca, ottos));
    await uploadChip(portal.pia, chip, made);
    const nora = { ...REGISTRATION, organization: '  Acme   Chips Ltd ', email: 'nora@acme.example', username: 'nora' };
    await portal.visitor().post('/register', nora);
    expect(await related(portal, chip)).toEqual([
      'nora · Acme Chips Ltd same organisation',
      'otto · Nordic Silicon AS same key',
    ]);
    const page = await portal.ada.get(`${chip}/decision/new`);
    expect(page.$(`a[href="/partners/${portal.idOf('otto')}"]`)).toHaveLength(1);
    expect(await certificateToDecide(portal, chip)).not.toBe('');
  });

  it('are no business of the provider', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    await portal.visitor().post('/register', { ...REGISTRATION, email: 'nora@acme.example', username: 'nora' });
    for (const page of ['', '/certificate']) expect((await portal.pia.get(chip + page)).body).not.toContain('nora');
  });
});

walk({ method: 'GET', path: '/chips/:id/decision/new', who: 'admin', status: 'pending_approval' });
