import { describe, expect, it } from 'vitest';
import { openCrowd, SOME_CHIPS } from '../support/crowd-portal.ts';
import type { Answer } from '../support/visitor.ts';
import { modelsIn, totalOf } from './support.ts';

/** Pia's hundred, which `openCrowd` adds to the others'. */
const OWN = 100;
const SMALL = { providers: 40, chips: 2_000, entries: 10 };
const ALL = SMALL.chips + OWN;
const isMore = (list: Answer) => list.$('[data-total-more]').length > 0;

describe('GET /chips with many', () => {
  it('serves the first page, the last one and those around the middle, in every order', async () => {
    const portal = await openCrowd(SMALL);
    const { ada, db } = portal;
    const orders = {
      '': 'created_at DESC, rowid DESC',
      'sort=created': 'created_at, rowid',
      'sort=-created': 'created_at DESC, rowid DESC',
      'sort=make': 'make_key, rowid',
      'sort=-make': 'make_key DESC, rowid DESC',
      'sort=submitted': 'status_at, rowid',
      'sort=-status': 'status DESC, rowid DESC',
      'status=approved': 'created_at DESC, rowid DESC',
      'status=pending_approval&sort=submitted': 'status_at, rowid',
    };
    const failed: unknown[] = [];
    for (const [query, order] of Object.entries(orders)) {
      const status = /status=(\w+)/.exec(query)?.[1] ?? '%';
      const models = db.$client
        .prepare(`SELECT model FROM chips WHERE status LIKE ? ORDER BY ${order}`)
        .pluck()
        .all(status);
      const last = Math.ceil(models.length / 8);
      const middle = Math.ceil(last / 2);
      for (const page of [1, 2, middle, middle + 1, middle + 2, last - 1, last]) {
        const list = await ada.get(`/chips?${query}&page=${page}`);
        const expected = [models.length, models.slice((page - 1) * 8, page * 8)];
        const found = [totalOf(list), modelsIn(list)];
        if (isMore(list) || JSON.stringify(found) !== JSON.stringify(expected))
          failed.push([query, page, expected, found]);
      }
      expect(modelsIn(await ada.get(`/chips?${query}&page=${last + 1}`))).toEqual(models.slice(0, 8));
    }
    expect(failed).toEqual([]);
  });

  it('leads to the last page, and from there back', async () => {
    const { ada } = await openCrowd(SMALL);
    const first = await ada.get('/chips?size=32');
    const last = first.$('.pages a').not('[rel]').last().attr('href') ?? '';
    expect(last).toContain(`page=${Math.ceil(ALL / 32)}`);
    const end = await ada.get(last);
    expect(modelsIn(end)).toHaveLength(ALL % 32);
    expect(end.$('a[rel=next]')).toHaveLength(0);
    expect(end.$('a[rel=prev]').attr('href')).toContain(`page=${Math.ceil(ALL / 32) - 1}`);
  });

  it('counts what was searched for up to a thousand, and says when there are more', async () => {
    const { ada, db } = await openCrowd(SOME_CHIPS);
    const many = await ada.get('/chips?q=ftm');
    expect([totalOf(many), isMore(many), modelsIn(many).length]).toEqual([1_000, true, 8]);
    expect(many.text('#chip-list-total')).toBe('more than 1,000 found');
    expect(many.text('.range')).toBe('1–8 of more than 1,000');
    // Of so many, the newest are put in the order asked for.
    const sorted = db.$client
      .prepare(
        'SELECT model FROM (SELECT rowid AS n, * FROM chips ORDER BY n DESC LIMIT 1000) ORDER BY make_key, n LIMIT 8',
      )
      .pluck()
      .all();
    expect(modelsIn(await ada.get('/chips?q=ftm&sort=make'))).toEqual(sorted);
    expect(modelsIn(await ada.get('/chips?q=ftm&page=125'))).toHaveLength(8);
    expect(modelsIn(await ada.get('/chips?q=ftm&page=126'))).toEqual(modelsIn(many));
    const few = await ada.get('/chips?q=ftm+silicon&make=make12');
    expect([totalOf(few) > 0, totalOf(few) < 1_000, isMore(few)]).toEqual([true, true, false]);

    const rest = db.$client
      .prepare("SELECT count(*) - 1000 FROM chips WHERE make LIKE 'make1%'")
      .pluck()
      .get() as number;
    const rename = db.$client.prepare(
      "UPDATE chips SET make = 'x', make_key = 'x' WHERE id IN (SELECT id FROM chips WHERE make LIKE 'make1%' AND status NOT IN ('rejected', 'deactivated') LIMIT ?)",
    );
    rename.run(rest);
    const exactly = await ada.get('/chips?q=make1');
    expect([totalOf(exactly), isMore(exactly)]).toEqual([1_000, false]);
    expect(exactly.text('#chip-list-total')).toBe('1,000 found');
    rename.run(1);
    const fewer = await ada.get('/chips?q=make1');
    expect([totalOf(fewer), isMore(fewer)]).toEqual([999, false]);
  });

  it('shows a partner its own among them, however common what it searches for', async () => {
    const { pia } = await openCrowd(SMALL);
    const list = await pia.get('/chips?q=ftm');
    expect([totalOf(list), isMore(list)]).toEqual([OWN, false]);
    expect(modelsIn(list)).toEqual([100, 99, 98, 97, 96, 95, 94, 93].map((number) => `FTM-${number}`));
    const last = await pia.get(`/chips?page=${Math.ceil(OWN / 8)}`);
    expect(modelsIn(last)).toEqual(['FTM-4', 'FTM-3', 'FTM-2', 'FTM-1']);
    expect(modelsIn(await pia.get('/chips?q=provider'))).toEqual([]);
    expect(totalOf(await pia.get('/chips?make=make1'))).toBe(0);
  });
});
