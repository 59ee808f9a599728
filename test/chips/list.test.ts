import { describe, expect, it } from 'vitest';
import { type Answer, HTMX } from '../support/visitor.ts';
import { acceptOtto, addChip, approve, chipIn, openChipPortal, submitChip } from './support.ts';

const models = (list: Answer) =>
  list
    .$('tr[data-id] td:nth-child(2) bdi')
    .toArray()
    .map((element) => list.$(element).text());

describe('GET /chips', () => {
  async function filled() {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'B2', 'Zeta');
    await submitChip(portal, 'A1');
    await approve(portal, await submitChip(portal, 'C3'));
    await acceptOtto(portal);
    await addChip(portal.otto, 'Ø_', 'Nordic');
    return portal;
  }

  it('shows a partner its own, an admin everybody’s, newest first', async () => {
    const { pia, ada, otto } = await filled();
    expect(models(await pia.get('/chips'))).toEqual(['C3', 'A1', 'B2']);
    expect(models(await otto.get('/chips'))).toEqual(['Ø_']);
    const all = await ada.get('/chips');
    expect(models(all)).toEqual(['Ø_', 'C3', 'A1', 'B2']);
    expect(all.$('[data-total]').attr('data-total')).toBe('4');
    expect(all.text('tbody tr:first-child')).toContain('Nordic Silicon AS');
  });

  it.each([
    ['q=zeta', ['B2']],
    ['q=ø_', ['Ø_']],
    ['q=%25', []],
    ['q=_', ['Ø_']],
    ['q=nordic silicon', ['Ø_']],
    ['status=approved', ['C3']],
    ['status=pending_approval', ['A1']],
    ['status=nonsense', ['Ø_', 'C3', 'A1', 'B2']],
    ['make=acme', ['C3', 'A1']],
    ['model=b', ['B2']],
    ['organization=NORDIC', ['Ø_']],
    ['partner=pia', ['C3', 'A1', 'B2']],
    ['created=2001-01-01', []],
    ['created=32.13.2026', ['Ø_', 'C3', 'A1', 'B2']],
    ['sort=model', ['A1', 'B2', 'C3', 'Ø_']],
    ['sort=-model', ['Ø_', 'C3', 'B2', 'A1']],
    ['sort=make&q=a', ['C3', 'A1', 'Ø_', 'B2']],
    ['sort=created', ['B2', 'A1', 'C3', 'Ø_']],
    ['sort=submitted&status=pending_approval', ['A1']],
    ['sort=status', ['C3', 'A1', 'Ø_', 'B2']],
    ['sort=organization', ['C3', 'A1', 'B2', 'Ø_']],
    ['sort=der', ['Ø_', 'C3', 'A1', 'B2']],
    ['page=99', []],
    ['page=-1&size=1000000', ['Ø_', 'C3', 'A1', 'B2']],
    ['q=a&q=b', ['Ø_', 'C3', 'A1', 'B2']],
  ])('answers ?%s', async (query, expected) => {
    const { ada } = await filled();
    const list = await ada.get(`/chips?${query}`);
    expect(list.status).toBe(200);
    expect(models(list)).toEqual(expected);
  });

  it('has no filter by which a partner sees others', async () => {
    const { pia } = await filled();
    expect(models(await pia.get('/chips?partner=otto&organization=Nordic'))).toEqual(['C3', 'A1', 'B2']);
  });

  it('pages, and keeps filters and sort in every link', async () => {
    const own = await openChipPortal();
    for (let i = 0; i < 9; i += 1) await addChip(own.pia, `M${i}`);
    const first = await own.pia.get('/chips?sort=model&make=acme');
    expect(models(first)).toHaveLength(8);
    const next = first.$('a[rel=next]').attr('href') ?? '';
    expect(next).toContain('sort=model');
    expect(next).toContain('make=acme');
    expect(models(await own.pia.get(next))).toEqual(['M8']);
    expect(first.$('th[aria-sort=ascending]')).toHaveLength(1);
    expect(models(await own.pia.get('/chips?size=16'))).toHaveLength(9);
  });

  it('gives htmx the table alone', async () => {
    const { ada } = await filled();
    const fragment = await ada.get('/chips?q=zeta', HTMX);
    expect(fragment.body.trimStart()).toMatch(/^<div id="chip-list"/);
    expect(models(fragment)).toEqual(['B2']);
  });

  it('offers in each row what is possible now, and only that', async () => {
    const own = await openChipPortal();
    const chip = await chipIn(own, 'pending_approval');
    const offers = async (visitor: typeof own.ada) => {
      const list = await visitor.get('/chips');
      return list
        .$('tbody tr a[href]')
        .toArray()
        .map((element) => list.$(element).attr('href') ?? '')
        .map((href) => href.replace(chip, ''));
    };
    expect(await offers(own.ada)).toContain('/decision/new');
    expect(await offers(own.pia)).not.toContain('/decision/new');
    expect(await offers(own.pia)).not.toContain('/deactivation/new');
    await approve(own, chip);
    expect(await offers(own.ada)).not.toContain('/decision/new');
    expect(await offers(own.pia)).toContain('/deactivation/new');
  });

  it('an empty list says what to do first, and a search without result how to end it', async () => {
    const portal = await openChipPortal();
    expect((await portal.otto.get('/chips')).text('.empty')).toContain('Add the first one');
    const nothing = await portal.ada.get('/chips?q=nothing-like-this');
    expect(nothing.$('.empty a[href="/chips"]')).toHaveLength(1);
  });

  it('is for people who signed in', async () => {
    const portal = await openChipPortal();
    expect((await portal.guest.get('/chips')).location).toBe('/login?next=%2Fchips');
    expect((await portal.guest.get('/chips', HTMX)).headers['hx-redirect']).toMatch(/^\/login/);
  });
});
