import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { addChip, approve, chipIn, openChipPortal, reject, submitChip, uploadChip } from '../chips/support.ts';
import { fingerprintOf, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import {
  acceptPartner,
  acceptPia,
  caId,
  deactivate,
  OTTOS_ORGANIZATION,
  rowsIn,
  signIn,
  trustCa,
} from '../support/workflow.ts';
import { lossesOf, retireCa, retireInDatabase } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('GET /trust-store/:id/retirement/new', () => {
  it('says what will happen, to what, and offers the verb; nothing changes', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const id = caId(portal, ca);
    const page = await portal.ada.get(`/trust-store/${id}/retirement/new`);
    expect(page.status).toBe(200);
    expect(page.text('h1')).toBe(`Retire ${ca.certificate.subject.label}?`);
    expect(page.text()).toContain('No path uses it from now on');
    expect(page.text()).toContain('uploading it again reinstates it');
    expect(page.text()).toContain('1 partner certificate');
    expect(page.$('[data-fingerprint]').attr('data-fingerprint')).toBe(fingerprintOf(ca.der));
    const form = page.$(`form[method=post][action="/trust-store/${id}/retirement"]`);
    expect(form.find('[name=reason]').attr('aria-required')).toBe('true');
    expect(form.find('button[type=submit]').text().trim()).toBe('Retire');
    expect(page.$(`main a[href="/trust-store/${id}"]`).text()).toContain('Cancel');
    expect(rowsIn(portal, 'ca_retirements')).toBe(0);
  });

  it('is the content of the dialog for htmx', async () => {
    const portal = await openPortal();
    const { root } = await acceptPia(portal);
    const fragment = await portal.ada.get(`/trust-store/${caId(portal, root)}/retirement/new`, HTMX);
    expect(fragment.status).toBe(200);
    expect(fragment.text('#dialog-title')).toBe(`Retire ${root.certificate.subject.label}?`);
    expect(fragment.$('body').children()).toHaveLength(1);
    expect(fragment.$('form[hx-post] [name=reason], [data-close-dialog]')).toHaveLength(2);
  });

  it('of a retired one answers with its present state', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    await retireCa(portal, id);
    for (const headers of [{}, HTMX]) {
      const late = await portal.ada.get(`/trust-store/${id}/retirement/new`, headers);
      expect([late.status, late.codes]).toEqual([409, ['PMP-TS-004']]);
      expect(late.$('[data-status]').first().attr('data-status')).toBe('retired');
      expect(late.body.includes('<html')).toBe(headers !== HTMX);
    }
  });

  it('is for admins, and knows no unknown id', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    const path = `/trust-store/${id}/retirement/new`;
    expect((await portal.guest.get(path)).location).toBe(`/login?next=${encodeURIComponent(path)}`);
    expect((await portal.pia.get(path)).codes).toEqual(['KER-ATH-403']);
    expect((await portal.ada.get(`/trust-store/${'0'.repeat(32)}/retirement/new`)).status).toBe(404);
  });
});

describe('what would lose its path', () => {
  it('is nothing where nothing uses it', async () => {
    const portal = await openPortal();
    const { root } = await acceptPia(portal);
    const other = await trustCa(portal, makeRoot(), 'root');
    const nothing = { partners: 0, chips: 0, intermediates: 0 };
    expect(await lossesOf(portal, other)).toEqual(nothing);
    const page = await portal.ada.get(`/trust-store/${other}/retirement/new`);
    expect(page.text()).toContain('Nothing would lose its path');
    // The same CA certificate in another domain is another one.
    const elsewhere = await trustCa(portal, root, 'root', 'DEVICE');
    expect(await lossesOf(portal, elsewhere)).toEqual(nothing);
  });

  it('counts the current certificates of partners and of chips that are pending or approved, by root and by intermediate', async () => {
    const portal = await openChipPortal();
    await acceptPartner(portal, portal.pia, makeLeaf(portal.ca));
    await submitChip(portal, 'pending');
    await approve(portal, await submitChip(portal, 'approved'));
    await reject(portal, await submitChip(portal, 'rejected'));
    await chipIn(portal, 'deactivated', 'deactivated');
    await addChip(portal.pia, 'without');
    await acceptPartner(
      portal,
      portal.otto,
      makeLeaf(portal.root, { subject: { O: OTTOS_ORGANIZATION, CN: 'below the root' } }),
    );
    expect(await lossesOf(portal, caId(portal, portal.ca))).toEqual({ partners: 1, chips: 2, intermediates: 0 });
    expect(await lossesOf(portal, caId(portal, portal.root))).toEqual({ partners: 2, chips: 2, intermediates: 1 });
    deactivate(portal, 'pia');
    expect(await lossesOf(portal, caId(portal, portal.root))).toMatchObject({ partners: 1 });
  });

  it('leaves out earlier certificates: a renewal below another CA frees the first one', async () => {
    const portal = await openChipPortal();
    const other = makeIntermediate(portal.root);
    const otherId = await trustCa(portal, other, 'intermediate');
    const chip = await chipIn(portal, 'approved');
    await acceptPartner(portal, portal.pia, makeLeaf(other));
    expect(await lossesOf(portal, caId(portal, portal.ca))).toMatchObject({ partners: 0, chips: 1 });
    expect(await lossesOf(portal, otherId)).toMatchObject({ partners: 1, chips: 0 });
    expect((await uploadChip(portal.pia, chip, makeLeaf(other))).status).toBe(303);
    expect(await lossesOf(portal, caId(portal, portal.ca))).toMatchObject({ partners: 0, chips: 0 });
    expect(await lossesOf(portal, otherId)).toMatchObject({ partners: 1, chips: 1 });
  });

  it('leaves out those with another path: a cross-signed CA', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const second = makeRoot();
    const crossed = makeIntermediate(second, { subjectDer: ca.subjectDer, key: ca.keys });
    const secondId = await trustCa(portal, second, 'root');
    const none = { partners: 0, chips: 0, intermediates: 0 };
    expect(await lossesOf(portal, caId(portal, ca))).toMatchObject({ partners: 1 });
    await trustCa(portal, crossed, 'intermediate');
    expect(await lossesOf(portal, caId(portal, ca))).toEqual(none);
    expect(await lossesOf(portal, caId(portal, crossed))).toEqual(none);
    // Of the second root the crossed one alone hangs.
    expect(await lossesOf(portal, secondId)).toEqual({ ...none, intermediates: 1 });
  });

  it('and a re-keyed root, whose namesake signed nothing', async () => {
    const portal = await openPortal();
    const { root, ca } = await acceptPia(portal);
    const rekeyed = await trustCa(portal, makeRoot({ subjectDer: root.subjectDer }), 'root');
    expect(await lossesOf(portal, rekeyed)).toEqual({ partners: 0, chips: 0, intermediates: 0 });
    expect(await lossesOf(portal, caId(portal, root))).toEqual({ partners: 1, chips: 0, intermediates: 1 });
    expect(await lossesOf(portal, caId(portal, ca))).toEqual({ partners: 1, chips: 0, intermediates: 0 });
  });

  it('counts intermediates however far below, but not those that have lost their path before', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const upper = makeIntermediate(root);
    const lower = makeIntermediate(upper);
    const lowest = makeIntermediate(lower);
    const rootId = await trustCa(portal, root, 'root');
    for (const ca of [upper, lower, lowest]) await trustCa(portal, ca, 'intermediate');
    expect(await lossesOf(portal, rootId)).toMatchObject({ intermediates: 3 });
    expect(await lossesOf(portal, caId(portal, upper))).toMatchObject({ intermediates: 2 });
    expect(await lossesOf(portal, caId(portal, lowest))).toMatchObject({ intermediates: 0 });
    retireInDatabase(portal, caId(portal, lower));
    expect(await lossesOf(portal, rootId)).toMatchObject({ intermediates: 1 });
  });

  it('leaves out what has lost its path or ended before', async () => {
    const portal = await openChipPortal();
    const notAfter = Date.now() + 400 * DAY;
    await acceptPartner(portal, portal.pia, makeLeaf(portal.ca, { notAfter }));
    await submitChip(portal);
    const rootId = caId(portal, portal.root);
    expect(await lossesOf(portal, rootId)).toMatchObject({ partners: 1, chips: 1 });
    vi.useFakeTimers({ toFake: ['Date'], now: notAfter + 1000 });
    const ada = await signIn(portal, 'ada');
    expect(await lossesOf({ ada }, rootId)).toMatchObject({ partners: 0, chips: 1 });
    retireInDatabase(portal, rootId);
    expect(await lossesOf({ ada }, caId(portal, portal.ca))).toEqual({ partners: 0, chips: 0, intermediates: 0 });
  });

  it('is found for certificates that were accepted before paths were written down', async () => {
    const portal = await openPortal();
    const { root } = await acceptPia(portal);
    portal.db.$client.exec('DELETE FROM certificate_paths');
    expect(await lossesOf(portal, caId(portal, root))).toEqual({ partners: 1, chips: 0, intermediates: 1 });
    expect(rowsIn(portal, 'certificate_paths')).toBe(2);
  });
});
