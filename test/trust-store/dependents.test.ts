import { describe, expect, it } from 'vitest';
import { approve, openChipPortal, submitChip } from '../chips/support.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptPartner, acceptPia, caId, OTTOS_ORGANIZATION, trustCa } from '../support/workflow.ts';
import { retireCa } from './support.ts';

describe('what depends on a CA certificate, on its page', () => {
  it('is nothing while nothing does', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, makeRoot(), 'root');
    const page = await portal.ada.get(`/trust-store/${id}`);
    expect(page.$('#dependent-list').attr('data-total')).toBe('0');
    expect(page.text()).toContain('The path of no current partner or chip certificate uses it');
    expect(page.$('.below')).toHaveLength(0);
  });

  it('names the certificates of partners, then of chips, with the way to each', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal, 'X1');
    await approve(portal, chip);
    const below = makeLeaf(portal.root, { subject: { O: OTTOS_ORGANIZATION, CN: 'below the root' } });
    await acceptPartner(portal, portal.otto, below);
    const hrefs = async (made: typeof portal.root) => {
      const page = await portal.ada.get(`/trust-store/${caId(portal, made)}`);
      const links = page.$('#dependent-list tr[data-id] th a').toArray();
      expect(page.$('#dependent-list').attr('data-total')).toBe(String(links.length));
      return links.map((link) => page.$(link).attr('href'));
    };
    const [pia, otto] = ['pia', 'otto'].map((name) => `/partners/${portal.idOf(name)}`);
    expect(await hrefs(portal.ca)).toEqual([pia, chip]);
    expect(await hrefs(portal.root)).toEqual([otto, pia, chip]);
  });

  it('has pages, also as a fragment', async () => {
    const portal = await openChipPortal();
    for (let index = 0; index < 8; index += 1) await submitChip(portal, `X${index}`);
    const path = `/trust-store/${caId(portal, portal.ca)}`;
    const ids = async (query: string, headers = {}) => {
      const page = await portal.ada.get(`${path}${query}`, headers);
      expect(page.$('#dependent-list').attr('data-total')).toBe('9');
      const rows = page.$('#dependent-list tr[data-id]').toArray();
      return rows.map((row) => page.$(row).attr('data-id'));
    };
    const [first, second] = [await ids(''), await ids('?page=2')];
    expect([first.length, second.length, new Set([...first, ...second]).size]).toEqual([8, 1, 9]);
    expect(await ids('?page=2', HTMX)).toEqual(second);
    expect(await ids('?page=3')).toEqual(first);
    const fragment = await portal.ada.get(`${path}?page=2`, HTMX);
    expect(fragment.$('body').children().first().attr('id')).toBe('dependent-list');
  });

  it('stays on the page of a retired one, marked', async () => {
    const portal = await openPortal();
    const { root } = await acceptPia(portal);
    await retireCa(portal, caId(portal, root));
    const page = await portal.ada.get(`/trust-store/${caId(portal, root)}`);
    expect(page.$('#dependent-list tr[data-id] [data-status]').attr('data-status')).toBe('untrusted');
  });

  it('names the intermediates it issued: not those of a namesake with another key, nor retired ones', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const namesake = makeRoot({ subjectDer: root.subjectDer });
    const [own, other, retired] = [makeIntermediate(root), makeIntermediate(namesake), makeIntermediate(root)];
    for (const made of [root, namesake]) await trustCa(portal, made, 'root');
    for (const made of [own, other, retired]) await trustCa(portal, made, 'intermediate');
    await retireCa(portal, caId(portal, retired));
    const below = async (made: typeof root) => {
      const page = await portal.ada.get(`/trust-store/${caId(portal, made)}`);
      const links = page.$('.below a').toArray();
      return links.map((link) => page.$(link).attr('href'));
    };
    expect(await below(root)).toEqual([`/trust-store/${caId(portal, own)}`]);
    expect(await below(namesake)).toEqual([`/trust-store/${caId(portal, other)}`]);
    expect(await below(own)).toEqual([]);
  });

  it('leads to the list of them all, where there are many', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    await trustCa(portal, root, 'root');
    for (let index = 0; index < 9; index += 1) await trustCa(portal, makeIntermediate(root), 'intermediate');
    const page = await portal.ada.get(`/trust-store/${caId(portal, root)}`);
    expect(page.$('.below a')).toHaveLength(8);
    const all = page.$('main a[href*="issuedBy="]');
    expect(all.text()).toBe('All 9');
    expect((await portal.ada.get(all.attr('href') ?? '')).$('#ca-list').attr('data-total')).toBe('9');
  });
});
