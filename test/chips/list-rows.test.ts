import { describe, expect, it } from 'vitest';
import { type Answer, HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import {
  addChip,
  type ChipPortal,
  chipIn,
  idIn,
  modelsIn,
  openChipPortal,
  type Status,
  submitChip,
  totalOf,
} from './support.ts';

describe('GET /chips: pages', () => {
  async function openMany(): Promise<ChipPortal> {
    const portal = await openChipPortal();
    for (let number = 1; number <= 33; number += 1) await addChip(portal.pia, `M${String(number).padStart(2, '0')}`);
    return portal;
  }

  it('have 8, 16, 24 or 32 rows, and keep search, filters and order in every link', async () => {
    const { pia } = await openMany();
    for (const size of [8, 16, 24, 32]) {
      const list = await pia.get(`/chips?size=${size}`);
      expect([modelsIn(list).length, totalOf(list)]).toEqual([size, 33]);
    }
    const first = await pia.get('/chips?sort=model&make=acme&q=m');
    expect(modelsIn(first)).toEqual(['M01', 'M02', 'M03', 'M04', 'M05', 'M06', 'M07', 'M08']);
    expect(first.$('a[rel=prev]')).toHaveLength(0);
    const seen: string[] = [];
    let list = first;
    for (;;) {
      seen.push(...modelsIn(list));
      const next = list.$('a[rel=next]').attr('href');
      if (next === undefined) break;
      expect(Object.fromEntries(new URLSearchParams(next.split('?')[1]))).toMatchObject({
        sort: 'model',
        make: 'acme',
        q: 'm',
      });
      list = await pia.get(next);
    }
    expect(seen).toHaveLength(33);
    expect(new Set(seen).size).toBe(33);
    expect(list.$('a[rel=prev]')).toHaveLength(1);
    expect(list.$('.pages [aria-current=page]').text()).toBe('5');
  });

  it('beyond the last are the first, as bad values are', async () => {
    const portal = await openChipPortal();
    for (let number = 1; number <= 9; number += 1) await addChip(portal.pia, `M${number}`);
    const first = modelsIn(await portal.ada.get('/chips?sort=model'));
    expect(first).toHaveLength(8);
    for (const query of ['page=3', 'page=99', 'page=999999', 'page=1&q=m', 'page=3&q=m']) {
      const list = await portal.ada.get(`/chips?sort=model&${query}`);
      expect([query, list.status, modelsIn(list), totalOf(list)]).toEqual([query, 200, first, 9]);
      expect(list.$('.pages [aria-current=page]').text()).toBe('1');
    }
    const swapped = await portal.ada.get('/chips?sort=model&page=99', HTMX);
    expect(swapped.headers['hx-push-url']).toBe('/chips?sort=model');
    expect((await portal.ada.get('/chips?q=nothing&page=9')).text('.empty')).toContain('Nothing matches');
    expect((await portal.otto.get('/chips?page=9')).text('.empty')).toContain('You have no chips yet');
  });
});

describe('GET /chips: rows', () => {
  it.each<[Status, partner: string[], admin: string[]]>([
    ['pending_cert_upload', ['', '/certificate'], ['', '/certificate']],
    [
      'pending_approval',
      ['', '/certificate', '/certificate/original'],
      ['/decision/new', '', '/certificate', '/certificate/original'],
    ],
    [
      'approved',
      ['', '/certificate', '/certificate/original', '/deactivation/new'],
      ['', '/certificate', '/certificate/original', '/deactivation/new'],
    ],
    ['rejected', ['', '/certificate', '/certificate/original', 'again'], ['', '/certificate', '/certificate/original']],
    [
      'deactivated',
      ['', '/certificate', '/certificate/original', 'again'],
      ['', '/certificate', '/certificate/original'],
    ],
  ])('offer of a chip that is %s what is possible, and only that', async (status, partner, admin) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    const offered = (list: Answer) =>
      list
        .$(`#chip-${idIn(chip)} .menu a`)
        .toArray()
        .map((element) => list.$(element).attr('href') ?? '')
        .map((href) => (href.startsWith('/chips/new?') ? 'again' : href.replace(chip, '')));
    expect(offered(await portal.pia.get('/chips'))).toEqual(partner);
    expect(offered(await portal.ada.get('/chips'))).toEqual(admin);
  });

  it('open decisions and deactivations in the dialog', async () => {
    const portal = await openChipPortal();
    const [waiting, approved] = [await submitChip(portal, 'X1'), await chipIn(portal, 'approved', 'X2')];
    const list = await portal.ada.get('/chips');
    for (const page of [`${waiting}/decision/new`, `${approved}/deactivation/new`])
      expect(list.$(`a[href="${page}"]`).attr('hx-get')).toBe(page);
  });

  it('of a deactivated partner offer nothing that changes anything', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved', 'X1');
    await chipIn(portal, 'rejected', 'X2');
    deactivate(portal, 'pia');
    const list = await portal.pia.get('/chips');
    expect(modelsIn(list)).toHaveLength(2);
    expect(list.$('a[href^="/chips/new"], a[href$="/deactivation/new"]')).toHaveLength(0);
  });
});
