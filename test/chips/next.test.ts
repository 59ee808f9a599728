import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/visitor.ts';
import { approve, type ChipPortal, FROM_LIST, idIn, openChipPortal, reject, submitChip } from './support.ts';

/** Where the way on leads, and what stands on it; undefined where there is none. */
function wayOn(answer: Answer, within = ''): [href: string | undefined, text: string] | undefined {
  const link = answer.$(`${within} [data-next]`).first();
  return link.length === 0 ? undefined : [link.attr('href'), link.text()];
}

/** Three chips that wait, submitted a second apart: `ids` from the oldest to the newest. */
async function openQueue(): Promise<ChipPortal & { chips: readonly [string, string, string] }> {
  const portal = await openChipPortal();
  const chips = [
    await submitChip(portal, 'X1'),
    await submitChip(portal, 'X2'),
    await submitChip(portal, 'X3'),
  ] as const;
  for (const [index, chip] of chips.entries()) submittedAt(portal, chip, Date.now() - (10 - index) * 1000);
  return { ...portal, chips };
}

/** Lets a chip have been submitted at another time, with its certificate. */
function submittedAt({ db }: ChipPortal, chip: string, at: number): void {
  db.$client.prepare('UPDATE chips SET status_at = ? WHERE id = ?').run(at, idIn(chip));
  db.$client.exec('DROP TRIGGER IF EXISTS certificates_no_update');
  db.$client.prepare('UPDATE certificates SET uploaded_at = ? WHERE chip_id = ?').run(at, idIn(chip));
}

/** Decides, and reads the page that follows. */
async function afterwards(portal: ChipPortal, decided: Promise<Answer>): Promise<Answer> {
  const answer = await decided;
  expect(answer.status).toBe(303);
  return portal.ada.get(answer.location ?? '');
}

describe('after a decision', () => {
  it('the chip’s page leads to the next oldest that waits, and says how many are left', async () => {
    const portal = await openQueue();
    const [first, second, third] = portal.chips;
    expect(wayOn(await afterwards(portal, approve(portal, first)))).toEqual([
      `${second}/decision/new`,
      'Next waiting chip (2 left)',
    ]);
    expect(wayOn(await afterwards(portal, reject(portal, second)))).toEqual([
      `${third}/decision/new`,
      'Next waiting chip (1 left)',
    ]);
    const last = await afterwards(portal, approve(portal, third));
    expect([last.flash, wayOn(last)]).toEqual(['chip-approved', undefined]);
  });

  it('it is the next in turn after the one decided; then those that were passed over', async () => {
    const portal = await openQueue();
    const [first, second, third] = portal.chips;
    expect(wayOn(await afterwards(portal, approve(portal, second)))?.[0]).toBe(`${third}/decision/new`);
    expect(wayOn(await afterwards(portal, approve(portal, third)))?.[0]).toBe(`${first}/decision/new`);
  });

  it('those submitted at the same instant have their turn by their ids', async () => {
    const portal = await openQueue();
    const [first, second, third] = [...portal.chips].sort() as [string, string, string];
    const at = Date.now() - 1000;
    for (const chip of portal.chips) submittedAt(portal, chip, at);
    expect(wayOn(await afterwards(portal, approve(portal, second)))?.[0]).toBe(`${third}/decision/new`);
    expect(wayOn(await afterwards(portal, approve(portal, third)))?.[0]).toBe(`${first}/decision/new`);
  });

  it('is shown with the message alone: not on the page as it is later, not to the provider', async () => {
    const portal = await openQueue();
    await afterwards(portal, approve(portal, portal.chips[0]));
    expect(wayOn(await portal.ada.get(portal.chips[0]))).toBeUndefined();
    portal.pia.cookies.set('pmp_flash', 'chip-approved');
    const page = await portal.pia.get(portal.chips[0]);
    expect([page.flash, wayOn(page)]).toEqual(['chip-approved', undefined]);
  });

  it('in the dialog over the list it is in the message and in the row, and opens in the dialog', async () => {
    const portal = await openQueue();
    const [first, second] = portal.chips;
    const answer = await approve(portal, first, FROM_LIST);
    const expected = [`${second}/decision/new`, 'Next waiting chip (2 left)'];
    expect(wayOn(answer, '#flash')).toEqual(expected);
    const row = answer.body.slice(answer.body.indexOf(`<tr id="chip-${idIn(first)}"`), answer.body.indexOf('</tr>'));
    expect(row).toContain(`data-next="chip-${idIn(first)}"`);
    expect(row).toContain(`hx-get="${second}/decision/new"`);
    expect(answer.$('#waiting-badge').attr('data-count')).toBe('2');
  });

  it('in the dialog the bell is brought up to date, its panel to be filled anew', async () => {
    const portal = await openQueue();
    const unread = async () => Number((await portal.ada.get('/chips')).$('.bell [data-unread]').attr('data-unread'));
    const before = await unread();
    const answer = await approve(portal, portal.chips[0], FROM_LIST);
    const bell = answer.$('[hx-target=".notices"]');
    expect(bell.find('.bell [data-unread]').attr('data-unread')).toBe(String(before - 1));
    expect(await unread()).toBe(before - 1);
    expect(bell.find('#notification-panel[hx-get="/notifications/panel"] li')).toHaveLength(0);
  });
});

describe('the side panel', () => {
  const badge = (page: Answer) => [
    page.$('.side-panel a[href="/chips"] .badge').attr('data-shown'),
    page.$('#waiting-text').text().trim(),
  ];

  it('tells an admin on every page how many chips wait, and nothing where none does', async () => {
    const portal = await openChipPortal();
    expect(badge(await portal.ada.get('/'))).toEqual([undefined, '']);
    await submitChip(portal, 'X1');
    await submitChip(portal, 'X2');
    for (const path of ['/', '/chips', '/partners', '/nowhere'])
      expect(badge(await portal.ada.get(path))).toEqual(['2', '2 waiting for a decision']);
    expect((await portal.ada.get('/')).$('.side-panel [data-status]')).toHaveLength(0);
  });

  it('counts to 999', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    const copy = portal.db.$client.prepare(
      `INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, certificate_id, created_at, status_at)
       SELECT ?, partner_id, make, model || ?, make_key, model_key || ?, status, certificate_id, created_at, status_at FROM chips WHERE id = ?`,
    );
    const more = (count: number, name: string) => {
      for (let index = 0; index < count; index += 1)
        copy.run(`${name}${index}`, `${name}${index}`, `${name}${index}`, idIn(chip));
    };
    more(998, 'a');
    expect(badge(await portal.ada.get('/'))).toEqual(['999', '999 waiting for a decision']);
    more(1, 'b');
    expect(badge(await portal.ada.get('/'))).toEqual(['999+', '999+ waiting for a decision']);
  });

  it('tells a partner nothing of it', async () => {
    const portal = await openChipPortal();
    await submitChip(portal);
    expect((await portal.pia.get('/')).$('.badge, #waiting-text')).toHaveLength(0);
  });
});
