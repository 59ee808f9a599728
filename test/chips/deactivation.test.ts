import { describe, expect, it } from 'vitest';
import { HTMX } from '../support/visitor.ts';
import { chipIn, FROM_LIST, idIn, openChipPortal, statusOf } from './support.ts';
import { stateOf, walk } from './walk.ts';

describe('GET /chips/:id/deactivation/new', () => {
  it.each([
    ['pia', 'optional', undefined],
    ['ada', 'required', 'true'],
  ] as const)('asks %s first, says that it is final; a reason is %s', async (name, _, required) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const page = await portal[name].get(`${chip}/deactivation/new`);
    expect(page.status).toBe(200);
    expect(page.text('h1')).toBe('Deactivate Acme X1?');
    expect(page.text()).toContain('This is final');
    expect(page.$(`form[action="${chip}/deactivation"][method=post] [name=reason]`).attr('aria-required')).toBe(
      required,
    );
    expect(await statusOf(portal, chip)).toBe('approved');
    const fragment = await portal[name].get(`${chip}/deactivation/new`, HTMX);
    expect(fragment.text('#dialog-title')).toBe('Deactivate Acme X1?');
    expect(fragment.$('body').children()).toHaveLength(1);
  });
});

describe('POST /chips/:id/deactivation', () => {
  it('by its provider needs no reason', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const done = await portal.pia.post(`${chip}/deactivation`);
    expect([done.status, done.location]).toEqual([303, chip]);
    const page = await portal.pia.get(chip);
    expect(page.flash).toBe('chip-deactivated');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('deactivated');
    expect(page.$('.timeline blockquote')).toHaveLength(0);
    const entry = { action: 'chip.deactivate', actor: 'pia', outcome: 'done', thing_id: idIn(chip), detail: null };
    expect(portal.trail().at(-1)).toMatchObject(entry);
  });

  it('keeps a reason that the provider gives, which the admin reads', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    await portal.pia.post(`${chip}/deactivation`, { reason: 'out of production' });
    expect((await portal.ada.get(chip)).$('.timeline blockquote').text()).toBe('out of production');
    expect(JSON.parse(portal.trail().at(-1)?.detail ?? '')).toEqual({ reason: 'out of production' });
  });

  it('by an admin has a reason, which the provider reads as text', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const reason = '<b>recalled</b> & "ended"';
    const done = await portal.ada.post(`${chip}/deactivation`, { reason });
    expect([done.status, done.location]).toEqual([303, chip]);
    const page = await portal.pia.get(chip);
    expect(page.$('.timeline blockquote').text()).toBe(reason);
    expect(page.$('.timeline b')).toHaveLength(0);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.deactivate', actor: 'ada', outcome: 'done' });
  });

  it.each([
    ['missing', undefined, 'PMP-FV-001'],
    ['white space', ' \n', 'PMP-FV-001'],
    ['of 1001 characters', 'x'.repeat(1001), 'PMP-FV-002'],
  ])('refuses an admin’s reason that is %s, keeping what was typed', async (_, reason, code) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const before = stateOf(portal);
    for (const headers of [{}, FROM_LIST]) {
      const form = reason === undefined ? {} : { reason };
      const refused = await portal.ada.post(`${chip}/deactivation`, form, headers);
      expect([refused.status, refused.codes]).toEqual([422, [code]]);
      expect(refused.$('#reason-reason')).toHaveLength(1);
      expect(refused.$('[name=reason]').text()).toBe(reason ?? '');
      expect(refused.body.includes('<html')).toBe(headers !== FROM_LIST);
    }
    expect(stateOf(portal)).toEqual(before);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.deactivate', outcome: 'refused', code });
  });

  it('takes a reason of a thousand characters, and refuses a longer one of the provider’s too', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const refused = await portal.pia.post(`${chip}/deactivation`, { reason: 'x'.repeat(1001) });
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-FV-002']]);
    expect((await portal.pia.post(`${chip}/deactivation`, { reason: 'x'.repeat(1000) })).status).toBe(303);
  });

  it.each(['pia', 'ada'] as const)('of %s from the dialog over the list: the row, the message', async (name) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const done = await portal[name].post(`${chip}/deactivation`, { reason: 'recalled' }, FROM_LIST);
    expect([done.status, done.headers['hx-trigger']]).toEqual([200, 'dialog-close']);
    expect(done.body).toContain(`<tr id="chip-${idIn(chip)}"`);
    expect(done.body).toContain('data-status="deactivated"');
    expect(done.flash).toBe('chip-deactivated');
    // Whose chip it is stands in the admin's row alone.
    expect(done.body.includes('Acme Chips Ltd')).toBe(name === 'ada');
  });

  it('by htmx from elsewhere leads to the chip', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const done = await portal.pia.post(`${chip}/deactivation`, {}, HTMX);
    expect([done.status, done.headers['hx-redirect'], done.body]).toEqual([204, chip, '']);
  });

  it('a second time: told that it is deactivated already, in the dialog as well', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'deactivated');
    for (const headers of [{}, FROM_LIST]) {
      const late = await portal.ada.post(`${chip}/deactivation`, { reason: 'again' }, headers);
      expect([late.status, late.codes]).toEqual([409, ['PMS_FTM_ERROR_007']]);
      expect(late.text('[role=alert]')).toContain('already deactivated');
      expect(late.$('[data-status]').first().attr('data-status')).toBe('deactivated');
      expect(late.headers['hx-trigger']).toBeUndefined();
    }
    expect((await portal.pia.get(chip)).text('.timeline')).not.toContain('again');
  });

  it('tells of the state before it asks for a reason', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'pending_approval');
    expect((await portal.ada.post(`${chip}/deactivation`)).codes).toEqual(['PMS_FTM_ERROR_010']);
  });

  it('GET leads to the page of the form', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    for (const visitor of [portal.pia, portal.ada]) {
      const answer = await visitor.get(`${chip}/deactivation`);
      expect([answer.status, answer.location]).toEqual([303, `${chip}/deactivation/new`]);
    }
    expect(await statusOf(portal, chip)).toBe('approved');
  });
});

walk({ method: 'GET', path: '/chips/:id/deactivation/new', who: 'both', status: 'approved' });
walk({
  method: 'POST',
  path: '/chips/:id/deactivation',
  who: 'both',
  status: 'approved',
  action: 'chip.deactivate',
});
