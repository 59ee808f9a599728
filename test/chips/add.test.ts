import { describe, expect, it } from 'vitest';
import { HTMX, ORIGIN } from '../support/visitor.ts';
import { rowsIn } from '../support/workflow.ts';
import { acceptOtto, addChip, chipIn, openChipPortal, statusOf } from './support.ts';
import { walk } from './walk.ts';

const SIGNS = [...`.,@#&()\\-_'?!":;=/+`];
const OTHER_SIGNS = [...'$%*<>[]^`{|}~'];

describe('POST /chips', () => {
  it('adds a chip and prompts for its certificate', async () => {
    const portal = await openChipPortal();
    const answer = await portal.pia.post('/chips', { make: ' Acme ', model: 'X \u00a0\t1' });
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^\/chips\/[0-9a-f]{32}\/certificate\/new$/);
    const prompt = await portal.pia.get(answer.location ?? '');
    expect(prompt.flash).toBe('chip-added');
    expect(prompt.$('form[enctype="multipart/form-data"]')).toHaveLength(1);
    expect(prompt.text()).toContain('Acme X 1');
    const chip = (answer.location ?? '').replace('/certificate/new', '');
    expect(await statusOf(portal, chip)).toBe('pending_cert_upload');
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'chip.add', actor: 'pia', outcome: 'done', code: null });
    expect(JSON.parse(entry?.detail ?? '')).toEqual({ make: 'Acme', model: 'X 1' });
  });

  it('leads htmx to the upload form, and answers its refusals as they are', async () => {
    const { pia } = await openChipPortal();
    const done = await pia.post('/chips', { make: 'Acme', model: 'H' }, HTMX);
    expect([done.status, done.body]).toEqual([204, '']);
    expect(done.headers['hx-redirect']).toMatch(/^\/chips\/[0-9a-f]{32}\/certificate\/new$/);
    const again = await pia.post('/chips', { make: 'Acme', model: 'H' }, HTMX);
    expect([again.status, again.codes]).toEqual([422, ['PMP_AUT_032']]);
  });

  it.each([
    ['one character', 'x'],
    ['36', 'x'.repeat(36)],
    ['36 composed letters, typed decomposed', 'e\u0301'.repeat(36)],
    ['36 letters outside the basic plane', '𐐀'.repeat(36)],
    ['Japanese', 'チップ'],
    ['Devanagari with marks', 'रक्षा'],
    ['Arabic with digits', 'شريحة ١٢'],
    ['markup-like signs', `"&amp;'`],
  ])('takes %s as it is, and shows it as text', async (_, model) => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia, model);
    const shown = model.normalize('NFC');
    expect((await portal.pia.get(chip)).$('h1').text()).toBe(`Acme ${shown}`);
    expect((await portal.ada.get('/chips')).$('tr[data-id] td').first().text()).toBe(shown);
  });

  it('takes 36 characters after white space is folded, however many were typed', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia, `  ${'x'.repeat(17)}${' '.repeat(40)}${'y'.repeat(18)}  `);
    expect((await portal.pia.get(chip)).text('h1')).toBe(`Acme ${'x'.repeat(17)} ${'y'.repeat(18)}`);
  });

  it('takes every sign that is allowed, in make and model', async () => {
    const { pia } = await openChipPortal();
    for (const sign of SIGNS) {
      const answer = await pia.post('/chips', { make: `a${sign}`, model: sign });
      expect([sign, answer.status]).toEqual([sign, 303]);
    }
  });

  it('refuses every other sign of ASCII, in make and model', async () => {
    const portal = await openChipPortal();
    for (const sign of OTHER_SIGNS) {
      const answer = await portal.pia.post('/chips', { make: `a${sign}`, model: sign });
      expect([sign, answer.status, ...answer.codes]).toEqual([sign, 422, 'PMP-FV-003', 'PMP-FV-003']);
    }
    expect(rowsIn(portal, 'chips')).toBe(0);
  });

  it.each([
    ['', 'PMP-FV-001', 'must be filled in'],
    [' \t\u3000 ', 'PMP-FV-001', 'must be filled in'],
    ['x'.repeat(37), 'PMP-FV-002', '37 characters; at most 36'],
    ['a\u0000b', 'PMP-FV-003', 'cannot be used'],
    ['a\u202eb', 'PMP-FV-003', 'digits of any script'],
    ['a\u200bb', 'PMP-FV-003', 'digits of any script'],
    ['😀', 'PMP-FV-003', 'digits of any script'],
    ['½', 'PMP-FV-003', 'digits of any script'],
    ['–', 'PMP-FV-003', 'digits of any script'],
  ])('refuses %j', async (model, code, wording) => {
    const portal = await openChipPortal();
    const refused = await portal.pia.post('/chips', { make: 'Acme', model });
    expect([refused.status, refused.codes]).toEqual([422, [code]]);
    expect(refused.text('[role=alert]')).toContain(wording);
    expect(refused.text('#model-reason')).toContain(wording);
    expect(refused.$('[name=model]').attr('aria-invalid')).toBe('true');
    expect(refused.$('[name=make]').val()).toBe('Acme');
    expect(rowsIn(portal, 'chips')).toBe(0);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.add', actor: 'pia', outcome: 'refused', code });
  });

  it('shows markup that was typed as text', async () => {
    const { pia } = await openChipPortal();
    const markup = `"><img src=x onerror='x'>`;
    const refused = await pia.post('/chips', { make: markup, model: '</form><b>' });
    expect(refused.codes).toEqual(['PMP-FV-003', 'PMP-FV-003']);
    expect([refused.$('[name=make]').val(), refused.$('[name=model]').val()]).toEqual([markup, '</form><b>']);
    expect(refused.$('main img, main b')).toHaveLength(0);
  });

  it('refuses fields that are missing, repeated or something else, all at once', async () => {
    const portal = await openChipPortal();
    expect((await portal.pia.post('/chips', {})).codes).toEqual(['PMP-FV-001', 'PMP-FV-001']);
    expect((await portal.pia.post('/chips', { make: ['a', 'b'], model: 'x' })).codes).toEqual(['PMP-FV-003']);
    const headers = { origin: ORIGIN, 'content-type': 'application/json' };
    const json = await portal.pia.send('POST', '/chips', headers, '{"make":{"a":1},"model":[1]}');
    expect([json.status, json.codes]).toEqual([422, ['PMP-FV-003', 'PMP-FV-003']]);
    expect(rowsIn(portal, 'chips')).toBe(0);
  });

  it('takes nothing from the form but make and model', async () => {
    const portal = await openChipPortal();
    const typed = { make: 'Acme', model: 'X1', status: 'approved', id: 'mine', partnerId: portal.idOf('otto') };
    expect((await portal.pia.post('/chips', typed)).status).toBe(303);
    const row = portal.db.$client.prepare('SELECT * FROM chips').get() as Record<string, unknown>;
    expect(row).toMatchObject({ status: 'pending_cert_upload', partner_id: portal.idOf('pia') });
    expect(row.id).not.toBe('mine');
  });
});

describe('POST /chips: the same make and model', () => {
  it.each([
    ['ACME', 'STRASSE'],
    ['acme', 'strasse'],
    [' Acme ', 'Straße  '],
    ['ＡＣＭＥ', 'Straße'],
  ])('is refused as %s %s, with the typed values', async (make, model) => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'Straße');
    const refused = await portal.pia.post('/chips', { make, model });
    expect([refused.status, refused.codes]).toEqual([422, ['PMP_AUT_032']]);
    expect(refused.text('[role=alert]')).toContain(`“${make.trim()}” and model “${model.trim()}”`);
    expect([refused.$('[name=make]').val(), refused.$('[name=model]').val()]).toEqual([make.trim(), model.trim()]);
    expect(rowsIn(portal, 'chips')).toBe(1);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.add', outcome: 'refused', code: 'PMP_AUT_032' });
  });

  it('is another chip when make and model only read alike one after the other', async () => {
    const { pia } = await openChipPortal();
    await addChip(pia, 'B C', 'A');
    await addChip(pia, 'C', 'A B');
  });

  it('may be another provider’s', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'X1');
    await acceptOtto(portal);
    await addChip(portal.otto, 'X1');
    expect(rowsIn(portal, 'chips')).toBe(2);
  });

  it.each(['pending_cert_upload', 'pending_approval', 'approved'] as const)(
    'is refused while the chip is %s',
    async (status) => {
      const portal = await openChipPortal();
      await chipIn(portal, status);
      expect((await portal.pia.post('/chips', { make: 'Acme', model: 'X1' })).codes).toEqual(['PMP_AUT_032']);
    },
  );

  it.each(['rejected', 'deactivated'] as const)('is free again once the chip is %s, and then taken', async (status) => {
    const portal = await openChipPortal();
    const old = await chipIn(portal, status);
    expect(await addChip(portal.pia, 'X1')).not.toBe(old);
    expect((await portal.pia.post('/chips', { make: 'Acme', model: 'x1' })).codes).toEqual(['PMP_AUT_032']);
    expect(await statusOf(portal, old)).toBe(status);
  });
});

walk({ method: 'POST', path: '/chips', who: 'partner', status: 'pending_cert_upload', action: 'chip.add' });
