import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/audit/actions.ts';
import { LANGUAGES, translator } from '../../src/i18n/index.ts';
import { addChip, approve, chipIn, idIn, openChipPortal, reject, submitChip, uploadChip } from '../chips/support.ts';
import { makeIntermediate, makeRoot } from '../support/certificates.ts';
import { openCrowd } from '../support/crowd-portal.ts';
import { columnOf, csvIn } from '../support/csv.ts';
import { shownName } from '../support/names.ts';
import { openPortal } from '../support/portal.ts';
import { type Answer, HTMX } from '../support/visitor.ts';
import { caId, trustCa } from '../support/workflow.ts';

/** What was done, row by row, and to what. */
const rowsIn = (page: Answer) =>
  page
    .$('tr[data-id]')
    .toArray()
    .map((row) => {
      const cell = (label: string) => page.$(row).find(`[data-label="${label}"]`).text().replace(/\s+/g, ' ').trim();
      return { what: cell('What'), on: cell('On what'), detail: cell('Detail'), who: cell('Who') };
    });
const whatIn = (page: Answer) => rowsIn(page).map(({ what }) => what);
const totalIn = (page: Answer) => Number(page.$('[data-total]').attr('data-total'));

describe('the trail of one thing', () => {
  it('is all that happened to a chip, and only that, by its name', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved', 'Other');
    const chip = await submitChip(portal, 'X1');
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, portal.leaf());
    await reject(portal, chip, 'Not this one.');
    const link = (await portal.ada.get(chip)).$('a[href^="/audit?"]').attr('href') ?? '';
    expect(link).toBe(`/audit?thing=${idIn(chip)}`);
    const page = await portal.ada.get(link);
    expect(whatIn(page)).toEqual([
      'Chip rejected',
      'Chip certificate uploaded',
      'Chip approved',
      'Chip certificate uploaded',
      'Chip added',
    ]);
    expect(page.text('.history-of')).toBe('History of Acme X1');
    expect(page.$('.history-of a').attr('href')).toBe(chip);
    const [rejected, renewed] = rowsIn(page);
    expect(rejected?.on).toBe('Acme X1 Chip · History');
    expect(rejected?.detail).toMatch(/^Certificate ID ?[0-9a-f]{32} ?Reason ?Not this one\.$/);
    expect(renewed?.detail).toContain('Status before');
    expect(renewed?.detail).toContain('Approved');
    expect(page.$('tr[data-id]').first().find('a[href^="/chips/"]').attr('href')).toBe(chip);
    expect((await portal.pia.get(chip)).$('a[href^="/audit"]')).toHaveLength(0);
  });

  it('is that of a CA certificate, a partner, an admin, and what each did', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    await trustCa(portal, root, 'root');
    await trustCa(portal, makeIntermediate(root), 'intermediate');
    const id = caId(portal, root);
    await portal.ada.post(`/trust-store/${id}/retirement`, { reason: 'no longer audited' });
    const linkOn = async (path: string) =>
      (await portal.ada.get(path))
        .$('main a[href^="/audit?"]')
        .toArray()
        .map((link) => (link.attribs.href ?? '').replaceAll('&amp;', '&'));
    const [ofRoot = ''] = await linkOn(`/trust-store/${id}`);
    const page = await portal.ada.get(ofRoot);
    expect(whatIn(page)).toEqual(['CA certificate retired', 'CA certificate added']);
    expect(page.text('.history-of')).toBe(`History of ${shownName(root.certificate.subject.text)}`);
    const pia = portal.idOf('pia');
    const ofPia = await linkOn(`/partners/${pia}`);
    expect(ofPia).toEqual([`/audit?thing=${pia}`, '/audit?actor=pia']);
    expect(whatIn(await portal.ada.get(ofPia[0] ?? ''))).toEqual(['Terms accepted', 'Registered']);
    expect(rowsIn(await portal.ada.get(ofPia[1] ?? '')).every(({ who }) => who.startsWith('pia'))).toBe(true);
    const ada = await portal.ada.get(`/audit?thing=${portal.idOf('ada')}`);
    expect(whatIn(ada)).toEqual(['Admin added']);
    expect(rowsIn(ada)[0]?.on).toContain('ada');
  });

  it('is that of the signing CA, of all its certificates', async () => {
    const { ada } = await openPortal();
    const link = (await ada.get('/signing-ca')).$('main a[href^="/audit?"]').attr('href') ?? '';
    const page = await ada.get(link);
    expect(whatIn(page).length).toBeGreaterThan(0);
    expect(new Set(whatIn(page))).toEqual(new Set(['Signing CA created']));
    expect(page.$('tr[data-id] a[href="/signing-ca"]').length).toBeGreaterThan(0);
  });

  it('says so of what is unknown', async () => {
    const { ada } = await openPortal();
    const id = '0'.repeat(32);
    const page = await ada.get(`/audit?thing=${id}`);
    expect([totalIn(page), page.text('.history-of')]).toEqual([0, `History of ${id}`]);
    expect(page.$('.empty a[href="/audit"]')).toHaveLength(1);
  });
});

describe('the filters of the trail', () => {
  it('take a person by the whole name, and otherwise by a part of it', async () => {
    const portal = await openPortal();
    const row = portal.db.$client.prepare(
      "INSERT INTO audit_entries (at, actor, address, action, outcome, hash) VALUES (?, ?, '', 'session.start', 'refused', lower(hex(randomblob(32))))",
    );
    for (const name of ['pia2', 'Pia', 'joanna']) row.run(Date.now(), name);
    const who = async (name: string) =>
      [
        ...new Set(
          rowsIn(await portal.ada.get(`/audit?size=32&actor=${name}`)).map((each) =>
            each.who.replace('127.0.0.1', '').trim(),
          ),
        ),
      ].sort();
    expect(await who('PIA')).toEqual(['Pia', 'pia']);
    expect(await who('ia')).toEqual([]);
    expect(await who('ia2')).toEqual(['pia2']);
    expect(await who('p')).toEqual(['Pia', 'pia', 'pia2']);
    expect(await who('ann')).toEqual(['joanna']);
    expect(await who('%25')).toEqual([]);
  });

  it('take a thing by its kind, its id, or the name it had', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia, 'X-77');
    const on = async (thing: string) =>
      rowsIn(await portal.ada.get(`/audit?thing=${encodeURIComponent(thing)}`)).map((each) => each.on);
    expect(await on('chip')).toEqual(['Acme X-77 Chip · History']);
    expect(await on('X-77')).toEqual(await on('chip'));
    expect(await on('acme x')).toEqual(await on('chip'));
    expect(await on(idIn(chip))).toEqual(await on('chip'));
    expect(await on('ca-certificate')).toHaveLength(2);
    expect(await on(portal.ca.certificate.subject.text)).toHaveLength(1);
    expect(await on(shownName(portal.ca.certificate.subject.text))).toHaveLength(1);
    expect(await on('nothing like it')).toEqual([]);
  });

  it('take days in the configured zone, and what was done by a list of all of it', async () => {
    const portal = await openPortal({ PMP_TIME_ZONE: 'Asia/Kolkata' });
    const midnight = Date.UTC(2026, 0, 10, 18, 30);
    const row = portal.db.$client.prepare(
      "INSERT INTO audit_entries (at, actor, address, action, outcome, detail, hash) VALUES (?, ?, '', 'chip.add', 'done', NULL, lower(hex(randomblob(32))))",
    );
    for (const [name, at] of Object.entries({
      before: midnight - 1,
      first: midnight,
      last: midnight + 86_399_999,
      after: midnight + 86_400_000,
    }))
      row.run(at, name);
    const who = async (query: string) =>
      rowsIn(await portal.ada.get(`/audit?action=chip.add&${query}`)).map((each) => each.who);
    expect(await who('from=2026-01-11&to=2026-01-11')).toEqual(['last', 'first']);
    expect(await who('from=2026-01-11')).toEqual(['after', 'last', 'first']);
    expect(await who('to=2026-01-10')).toEqual(['before']);
    expect(await who('from=2026-01-12&to=2026-01-10')).toEqual([]);
    expect(await who('from=2026-02-30&to=')).toEqual(['after', 'last', 'first', 'before']);
    const page = await portal.ada.get('/audit?action=chip.add');
    const options = page.$('select[name=action] option').toArray();
    expect(
      options
        .map((option) => option.attribs.value)
        .filter((value) => value !== '')
        .sort(),
    ).toEqual([...ACTIONS].sort());
    expect(page.$('select[name=action]').val()).toBe('chip.add');
    expect(page.$('select[name=action] option:selected').text()).toBe('Chip added');
    expect(totalIn(await portal.ada.get('/audit?action=no.such'))).toBe(portal.trail().length);
  });

  it('find by words, ids and codes', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal, 'X1');
    await reject(portal, chip, 'The evaluation board is no chip.');
    await portal.pia.post('/admins', {});
    const found = async (q: string) => whatIn(await portal.ada.get(`/audit?q=${encodeURIComponent(q)}`));
    expect(await found('evaluation no')).toEqual(['Chip rejected']);
    expect(await found('KER-ATH-403')).toEqual(['Admin added']);
    expect(await found(`${idIn(chip)} pia`)).toEqual(['Chip certificate uploaded', 'Chip added']);
    expect(await found('reject')).toEqual(['Chip rejected']);
    expect(await found('"; DROP TABLE audit_entries; --')).toEqual([]);
  });

  it('show each code of a refusal once, whatever number of fields it was', async () => {
    const portal = await openPortal();
    await portal.ada.post('/admins', {});
    const row = (await portal.ada.get('/audit?outcome=refused')).$('tr[data-id]').first();
    expect(
      row
        .find('code')
        .toArray()
        .map((code) => row.find(code).text()),
    ).toEqual(['PMP-FV-001']);
  });

  it('are all kept by htmx, without those that are empty', async () => {
    const { ada } = await openPortal();
    const fragment = await ada.get('/audit?q=&actor=ada&thing=&action=&outcome=done&from=&to=&sort=-at', HTMX);
    expect(fragment.headers['hx-push-url']).toBe('/audit?actor=ada&outcome=done&sort=-at');
    expect(fragment.$('input[type=hidden][form=audit-list-form][name=sort]').attr('value')).toBe('-at');
  });
});

describe('GET /audit?format=csv', () => {
  it('has what the list has, with names, in the reader’s words; and is a row itself', async () => {
    const portal = await openChipPortal();
    await addChip(portal.pia, 'X1', '=Acme');
    const before = portal.trail().length;
    const rows = csvIn(await portal.ada.get('/audit?actor=pia&action=chip.add&format=csv'), 'audit');
    expect(columnOf(rows, 'What')).toEqual(['Chip added']);
    expect(columnOf(rows, 'Who')).toEqual(['pia']);
    expect(columnOf(rows, 'On what')).toEqual(["'=Acme X1"]);
    expect(columnOf(rows, 'Kind of thing')).toEqual(['Chip']);
    expect(columnOf(rows, 'Detail')).toEqual(['Make: =Acme; Model: X1']);
    expect(columnOf(rows, 'When')[0]).toMatch(/^\d{4}-.*Z$/);
    expect(portal.trail()).toHaveLength(before + 1);
    const whole = csvIn(await portal.ada.get('/audit?format=csv'), 'audit');
    // With the headings, the export before, and the row that tells of this one.
    expect(whole).toHaveLength(1 + before + 2);
    expect(columnOf(whole, 'What')[0]).toBe('Audit trail exported');
  });

  it('is for admins', async () => {
    const { pia, guest } = await openPortal();
    expect((await pia.get('/audit?format=csv')).codes).toEqual(['KER-ATH-403']);
    expect((await guest.get('/audit?format=csv')).status).toBe(303);
  });
});

describe('the trail with many rows', () => {
  it('serves its first and its last page', async () => {
    const { ada, db } = await openCrowd({ providers: 20, chips: 20, entries: 3_000 });
    const ids = db.$client.prepare('SELECT id FROM audit_entries ORDER BY at DESC, id DESC').pluck().all().map(String);
    const shown = (page: Answer) =>
      page
        .$('tr[data-id]')
        .toArray()
        .map((row) => page.$(row).attr('data-id'));
    const last = Math.ceil(ids.length / 8);
    expect(shown(await ada.get('/audit'))).toEqual(ids.slice(0, 8));
    const end = await ada.get(`/audit?page=${last}`);
    expect([shown(end), totalIn(end)]).toEqual([ids.slice((last - 1) * 8), ids.length]);
    const refused = await ada.get('/audit?outcome=refused');
    expect(totalIn(refused)).toBe(150);
  });
});

it('every action has its words in every language', () => {
  for (const language of LANGUAGES)
    for (const action of ACTIONS) expect(translator(language)(`audit.action.${action}`)).toBeTruthy();
});
