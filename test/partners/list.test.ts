import { describe, expect, it } from 'vitest';
import { openPortal, type Portal, REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { acceptPia, deactivate } from '../support/workflow.ts';

const names = (answer: Awaited<ReturnType<Portal['ada']['get']>>) =>
  answer
    .$('tr[data-id] th a')
    .toArray()
    .map((element) => answer.$(element).text());

describe('GET /partners', () => {
  it('lists every partner with its status, newest first, and no admin', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    deactivate(portal, 'otto');
    const list = await portal.ada.get('/partners');
    expect(list.status).toBe(200);
    expect(list.$('[data-total]').attr('data-total')).toBe('2');
    expect(names(list)).toEqual(['otto', 'pia']);
    expect(list.$(`#partner-${portal.idOf('pia')} [data-status]`).attr('data-status')).toBe('active');
    expect(list.$(`#partner-${portal.idOf('otto')} [data-status]`).attr('data-status')).toBe('deactivated');
  });

  it('shows a partner without a certificate as such', async () => {
    const portal = await openPortal();
    const list = await portal.ada.get('/partners');
    expect(list.$(`#partner-${portal.idOf('pia')} [data-status]`).attr('data-status')).toBe('no_certificate');
  });

  it.each([
    ['q=acme', ['pia']],
    ['q=ACME.EXAMPLE', ['pia']],
    ['q=nobody-of-this-name', []],
    ['q=%25', []],
    ['username=OTT', ['otto']],
    ['organization=nordic', ['otto']],
    ['email=pia%40acme', ['pia']],
    ['status=no_certificate', ['otto', 'pia']],
    ['status=active', []],
    ['status=nonsense', ['otto', 'pia']],
    ['sort=username', ['otto', 'pia']],
    ['sort=-username', ['pia', 'otto']],
    ['sort=organization', ['pia', 'otto']],
    ['sort=password_hash', ['otto', 'pia']],
    ['page=0&size=7', ['otto', 'pia']],
    ['page=2', ['otto', 'pia']],
  ])('answers ?%s', async (query, expected) => {
    const { ada } = await openPortal();
    const list = await ada.get(`/partners?${query}`);
    expect(list.status).toBe(200);
    expect(names(list)).toEqual(expected);
  });

  it('pages', async () => {
    const portal = await openPortal();
    for (let i = 0; i < 8; i += 1) {
      await portal.visitor().post('/register', { ...REGISTRATION, email: `p${i}@x.example`, username: `p${i}` });
    }
    const first = await portal.ada.get('/partners?sort=username');
    expect(first.$('[data-total]').attr('data-total')).toBe('10');
    expect(names(first)).toHaveLength(8);
    const next = first.$('a[rel=next]').attr('href') ?? '';
    expect(names(await portal.ada.get(next))).toHaveLength(2);
    expect(names(await portal.ada.get('/partners?size=16'))).toHaveLength(10);
  });

  it('gives htmx the table alone', async () => {
    const { ada } = await openPortal();
    const fragment = await ada.get('/partners?q=acme', HTMX);
    expect(fragment.status).toBe(200);
    expect(fragment.body.trimStart()).toMatch(/^<div id="partner-list"/);
    expect(fragment.body).not.toContain('<html');
  });

  it('is for admins', async () => {
    const { pia, guest } = await openPortal();
    const refused = await pia.get('/partners');
    expect([refused.status, refused.codes]).toEqual([403, ['KER-ATH-403']]);
    expect((await guest.get('/partners')).location).toBe('/login?next=%2Fpartners');
  });
});
