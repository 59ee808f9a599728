import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { type Answer, HTMX, type Visitor } from '../support/visitor.ts';
import { acceptOtto, addChip, approve, idIn, modelsIn, openChipPortal, totalOf, uploadChip } from './support.ts';
import { walk } from './walk.ts';

/** Four chips: B2, A1 and C3 of Pia's, then Ø_ of Otto's; each with its own make, status and certificate's end. */
async function openFilled() {
  const portal = await openChipPortal();
  const waiting = await addChip(portal.pia, 'B2', 'Zeta');
  const pending = await addChip(portal.pia, 'A1', 'Acme');
  await uploadChip(portal.pia, pending, portal.leaf({ notAfter: Date.now() + 700 * DAY }));
  const approved = await addChip(portal.pia, 'C3', 'Beta');
  await uploadChip(portal.pia, approved, makeLeaf(portal.ca, { notAfter: Date.now() + 500 * DAY }));
  await approve(portal, approved);
  await acceptOtto(portal);
  const ottos = await addChip(portal.otto, 'Ø_', 'Nordic');
  portal.otto.cookies.delete('pmp_flash');
  const chips = [waiting, pending, approved, ottos] as const;
  // A day between each, so that the order of time shows.
  for (const [index, chip] of chips.entries())
    portal.db.$client
      .prepare('UPDATE chips SET created_at = ?, status_at = ? WHERE id = ?')
      .run(Date.UTC(2026, 0, 10 + index, 12), Date.UTC(2026, 0, 20 - index, 12), idIn(chip));
  return { ...portal, chips };
}

const ALL = ['Ø_', 'C3', 'A1', 'B2'];

/** Expects the chips that each query gives, in this order, and their total. */
async function expectLists(visitor: Visitor, expected: readonly (readonly [query: string, models: string[]])[]) {
  const found: [string, number, string[], number][] = [];
  for (const [query] of expected) {
    const list = await visitor.get(`/chips?${query}`);
    found.push([query, list.status, modelsIn(list), totalOf(list)]);
  }
  expect(found).toEqual(expected.map(([query, rows]) => [query, 200, rows, rows.length]));
}

describe('GET /chips', () => {
  it('shows an admin everybody’s, newest first, with whose they are', async () => {
    const { ada, chips } = await openFilled();
    const list = await ada.get('/chips');
    expect(list.status).toBe(200);
    expect(modelsIn(list)).toEqual(ALL);
    expect(totalOf(list)).toBe(4);
    for (const chip of chips) expect(list.$(`tr#chip-${idIn(chip)}`).attr('data-id')).toBe(idIn(chip));
    expect(list.text('tbody tr:first-child')).toMatch(/Nordic Silicon AS .*otto/);
    expect(list.$('thead th[aria-sort]')).toHaveLength(7);
    expect(list.$('a[href="/chips/new"]')).toHaveLength(0);
  });

  it('shows a partner its own alone, without saying whose', async () => {
    const { pia, otto } = await openFilled();
    const list = await pia.get('/chips');
    expect([modelsIn(list), totalOf(list)]).toEqual([['C3', 'A1', 'B2'], 3]);
    expect(modelsIn(await otto.get('/chips'))).toEqual(['Ø_']);
    expect(list.$('thead th[aria-sort]')).toHaveLength(5);
    expect(list.$('[name=partner], [name=organization]')).toHaveLength(0);
    expect(list.$('a[href="/chips/new"]')).toHaveLength(1);
  });

  it('shows each status, and what is offered with it', async () => {
    const { ada, pia, chips } = await openFilled();
    const expected = ['pending_cert_upload', 'pending_approval', 'approved', 'pending_cert_upload'];
    const list = await ada.get('/chips');
    for (const [index, chip] of chips.entries())
      expect(
        list
          .$(`#chip-${idIn(chip)} [data-status]`)
          .first()
          .attr('data-status'),
      ).toBe(expected[index]);
    expect((await pia.get('/chips')).$('tr [data-status]')).toHaveLength(3);
  });

  it('finds by search and filters, alone and together', async () => {
    const { ada } = await openFilled();
    await expectLists(ada, [
      ['q=zeta', ['B2']],
      ['q=ZETA', ['B2']],
      ['q=%20zeta%20', ['B2']],
      ['q=ø_', ['Ø_']],
      ['q=Ø_', ['Ø_']],
      ['q=zeta b2', ['B2']],
      ['q=%25', []],
      ['q=_', ['Ø_']],
      ['q=ze', ['B2']],
      ['q=et', []],
      ['q=eta', ['C3', 'B2']],
      ['q=nordic silicon', ['Ø_']],
      ['q=otto', ['Ø_']],
      ['q=nothing-like-this', []],
      ['status=pending_cert_upload', ['Ø_', 'B2']],
      ['status=pending_approval', ['A1']],
      ['status=approved', ['C3']],
      ['status=rejected', []],
      ['status=deactivated', []],
      ['make=acme', ['A1']],
      ['model=b', ['B2']],
      ['organization=NORDIC', ['Ø_']],
      ['partner=pia', ['C3', 'A1', 'B2']],
      ['created=2026-01-11', ['A1']],
      ['created=2026-01-09', []],
      ['partner=pia&status=pending_cert_upload', ['B2']],
      ['q=acme&status=approved', ['C3']],
    ]);
  });

  it('finds by id, and shows again what was searched for', async () => {
    const { ada, chips } = await openFilled();
    const query = `q=${idIn(chips[1])}&status=pending_approval&make=acme&created=2026-01-11`;
    const list = await ada.get(`/chips?${query}`);
    expect(modelsIn(list)).toEqual(['A1']);
    expect(list.$('[name=q]').val()).toBe(idIn(chips[1]));
    expect(list.$('select[name=status]').val()).toBe('pending_approval');
    expect([list.$('[name=make]').val(), list.$('[name=created]').val()]).toEqual(['acme', '2026-01-11']);
    expect((await ada.get('/chips?q=%22%3E%3Cb%3E')).$('[name=q]').val()).toBe('"><b>');
  });

  it('counts a day in the configured time zone', async () => {
    const portal = await openPortal({ PMP_TIME_ZONE: 'Asia/Kolkata' });
    const insert = portal.db.$client.prepare(
      `INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, created_at, status_at)
       VALUES (@model, @partner, 'a', @model, 'a', @model, 'pending_cert_upload', @at, @at)`,
    );
    // Midnight in India is 18:30 UTC of the day before.
    const midnight = Date.UTC(2026, 0, 10, 18, 30);
    const moments = { before: midnight - 1, first: midnight, last: midnight + DAY - 1, after: midnight + DAY };
    for (const [model, at] of Object.entries(moments)) insert.run({ model, at, partner: portal.idOf('pia') });
    expect(modelsIn(await portal.pia.get('/chips?created=2026-01-11'))).toEqual(['last', 'first']);
  });

  it('sorts by every column, both ways; equal ones stand in the order of their creation, or the other way round', async () => {
    const { ada } = await openFilled();
    await expectLists(ada, [
      ['sort=make', ['A1', 'C3', 'Ø_', 'B2']],
      ['sort=-make', ['B2', 'Ø_', 'C3', 'A1']],
      ['sort=model', ['A1', 'B2', 'C3', 'Ø_']],
      ['sort=-model', ['Ø_', 'C3', 'B2', 'A1']],
      ['sort=created', ['B2', 'A1', 'C3', 'Ø_']],
      ['sort=-created', ['Ø_', 'C3', 'A1', 'B2']],
      ['sort=submitted', ['Ø_', 'C3', 'A1', 'B2']],
      ['sort=-submitted', ['B2', 'A1', 'C3', 'Ø_']],
      ['sort=organization', ['B2', 'A1', 'C3', 'Ø_']],
      ['sort=-organization', ['Ø_', 'C3', 'A1', 'B2']],
      ['sort=partner', ['Ø_', 'B2', 'A1', 'C3']],
      ['sort=-partner', ['C3', 'A1', 'B2', 'Ø_']],
      ['sort=status', ['C3', 'A1', 'B2', 'Ø_']],
      ['sort=-status', ['Ø_', 'B2', 'A1', 'C3']],
    ]);
  });

  it('sorts by the end of the certificate', async () => {
    const { pia } = await openFilled();
    const having = (list: Answer) => modelsIn(list).filter((model) => model !== 'B2');
    expect(having(await pia.get('/chips?sort=ends'))).toEqual(['C3', 'A1']);
    expect(having(await pia.get('/chips?sort=-ends'))).toEqual(['A1', 'C3']);
  });

  it('says in each header how it is sorted, and leads to the other way', async () => {
    const { ada } = await openFilled();
    const list = await ada.get('/chips?sort=model&q=acme');
    const header = list.$('th[aria-sort=ascending]');
    expect(header).toHaveLength(1);
    expect(header.text().trim()).toMatch(/^Model/);
    const other = await ada.get(header.find('a').attr('href') ?? '');
    expect(modelsIn(other)).toEqual([...modelsIn(list)].reverse());
    expect(other.$('th[aria-sort=descending]')).toHaveLength(1);
    expect(other.$('[name=q]').val()).toBe('acme');
  });

  it('falls back to the default for what is unknown or bad', async () => {
    const { ada } = await openFilled();
    const bad = [
      'status=nonsense',
      'created=32.13.2026',
      'created=2026-02-30',
      'sort=der',
      'sort=-',
      'sort=password_hash',
      'page=0',
      'page=-1',
      'page=1.5',
      'page=abc',
      'size=7',
      'size=1000000',
      'q=a&q=b',
      'status=approved&status=rejected',
      'q[]=x',
      'unknown=1',
      'q=%00',
    ];
    await expectLists(
      ada,
      bad.map((query) => [query, ALL]),
    );
  });

  it('has no filter or order by which a partner sees others', async () => {
    const { pia } = await openFilled();
    for (const query of ['partner=otto', 'organization=Nordic', 'sort=organization', 'partnerId=x'])
      expect(modelsIn(await pia.get(`/chips?${query}`))).toEqual(['C3', 'A1', 'B2']);
    expect(modelsIn(await pia.get('/chips?q=otto'))).toEqual([]);
  });
});

describe('GET /chips: otherwise', () => {
  it('gives htmx the table alone', async () => {
    const { ada } = await openFilled();
    const fragment = await ada.get('/chips?q=zeta', HTMX);
    expect(fragment.status).toBe(200);
    expect(fragment.body.trimStart()).toMatch(/^<div id="chip-list"/);
    expect(fragment.body).not.toContain('<html');
    expect([modelsIn(fragment), totalOf(fragment)]).toEqual([['B2'], 1]);
  });

  it('gives htmx the whole page where it asks for that', async () => {
    const { ada } = await openFilled();
    const page = await ada.get('/chips', { ...HTMX, 'hx-request-type': 'full' });
    expect(page.body).toContain('<html');
  });

  it('an empty list says what to do first, and a search without result how to end it', async () => {
    const portal = await openChipPortal();
    expect((await portal.otto.get('/chips')).text('.empty')).toContain('Add the first one');
    expect((await portal.ada.get('/chips')).text('.empty')).toContain('No provider has added a chip yet');
    const nothing = await portal.ada.get('/chips?q=nothing-like-this');
    expect(nothing.$('.empty a[href="/chips"]')).toHaveLength(1);
  });
});

walk({ method: 'GET', path: '/chips', who: 'both', status: 'approved' });
