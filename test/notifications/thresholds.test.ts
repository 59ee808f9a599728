import { describe, expect, it, test } from 'vitest';
import { startOfDay } from '../../src/lib/calendar.ts';
import { DAY, HOUR } from '../../src/lib/durations.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { addCa, at, kindsTold, remind } from './support.ts';

const THRESHOLDS = [30, 15, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/** The thresholds that Ada was told of, whatever was taken away since: a run adds its own to the list. */
async function runAt(portal: Portal, instant: number): Promise<string[]> {
  await remind(portal, instant);
  return kindsTold(portal, 'ada');
}

// Ends in the middle of a day, in its first and in its last millisecond; days of 23 and of 25 hours lie before some of them.
const ENDS = [
  ['UTC', '2028-03-10T12:00:00.000Z'],
  ['UTC', '2028-03-10T00:00:00.000Z'],
  ['UTC', '2028-03-10T23:59:59.999Z'],
  ['Asia/Kolkata', '2028-03-10T20:00:00.000Z'],
  ['Europe/Paris', '2028-11-02T10:00:00.000Z'],
  ['Europe/Paris', '2028-03-30T22:30:00.000Z'],
  ['America/Santiago', '2028-09-05T03:00:00.000Z'],
  ['Pacific/Kiritimati', '2028-01-01T09:59:59.999Z'],
] as const;

describe.each(ENDS)('in %s, of an end at %s', (zone, end) => {
  it('is told on the first instant of each day, and not on the last of the day before', async () => {
    const portal = await openPortal({ PMP_TIME_ZONE: zone });
    addCa(portal, at(end));
    let told: string[] = [];
    for (const days of THRESHOLDS) {
      const start = startOfDay(at(end), zone, -days);
      expect(await runAt(portal, start - 1)).toEqual(told);
      told = [`ca-ends ${days}`];
      expect(await runAt(portal, start)).toEqual(told);
    }
  });
});

// The same by hand, so that it does not rest on the functions it tests.
test.each([
  ['Asia/Kolkata', '2028-03-10T20:00:00Z', 10, '2028-02-29T18:30:00Z'],
  ['Europe/Paris', '2028-11-02T10:00:00Z', 10, '2028-10-22T22:00:00Z'],
  ['Europe/Paris', '2028-11-02T10:00:00Z', 1, '2028-10-31T23:00:00Z'],
  ['America/Los_Angeles', '2028-03-20T05:00:00Z', 15, '2028-03-04T08:00:00Z'],
  ['America/Los_Angeles', '2028-03-20T05:00:00Z', 0, '2028-03-19T07:00:00Z'],
])('in %s, of an end at %s, %i days before begins at %s', async (zone, end, days, start) => {
  const portal = await openPortal({ PMP_TIME_ZONE: zone });
  addCa(portal, at(end));
  expect(await runAt(portal, at(start) - 1)).not.toContain(`ca-ends ${days}`);
  expect(await runAt(portal, at(start))).toEqual([`ca-ends ${days}`]);
});

describe('days without a run', () => {
  const end = at('2028-03-10T12:00:00Z');

  it.each([
    [31, []],
    [29, ['ca-ends 30']],
    [16, ['ca-ends 30']],
    [14, ['ca-ends 15']],
    [11, ['ca-ends 15']],
    [4, ['ca-ends 4']],
    [0, ['ca-ends 0']],
    [-1, ['ca-ends 0']],
    [-200, ['ca-ends 0']],
  ])('with %i days left, one telling makes up for all that was missed', async (days, told) => {
    const portal = await openPortal();
    addCa(portal, end);
    expect(await runAt(portal, end - days * DAY)).toEqual(told);
  });

  it('are made up for once: between two thresholds nothing is told anew', async () => {
    const portal = await openPortal();
    addCa(portal, end);
    await remind(portal, end - 14 * DAY);
    const ids = () => portal.db.$client.prepare('SELECT id FROM notifications').pluck().all();
    const told = ids();
    for (const days of [14, 13, 12, 11]) await remind(portal, end - days * DAY + HOUR);
    expect(ids()).toEqual(told);
    expect(await runAt(portal, end - 10 * DAY)).toEqual(['ca-ends 10']);
    expect(ids()).not.toEqual(told);
    await remind(portal, end + 500 * DAY);
    const last = ids();
    await remind(portal, end + 501 * DAY);
    expect(ids()).toEqual(last);
  });
});

it('tells nothing twice in a second run of the day, nor in one that runs beside it', async () => {
  const portal = await openPortal();
  const end = at('2028-03-10T12:00:00Z');
  for (let count = 0; count < 20; count += 1) addCa(portal, end);
  await Promise.all([remind(portal, end - 9 * DAY), remind(portal, end - 9 * DAY)]);
  await remind(portal, end - 9 * DAY + HOUR);
  expect(kindsTold(portal, 'ada')).toEqual(Array.from({ length: 20 }, () => 'ca-ends 9'));
  const ids = portal.db.$client.prepare('SELECT max(id) FROM notifications').pluck().get();
  expect(ids).toBe(20);
});

it('is not silenced by a clock that ran ahead for a while', async () => {
  const portal = await openPortal();
  const end = at('2028-03-10T12:00:00Z');
  addCa(portal, end);
  expect(await runAt(portal, end + DAY)).toEqual(['ca-ends 0']);
  expect(await runAt(portal, end - 30 * DAY)).toEqual(['ca-ends 30']);
  expect(await runAt(portal, end - 9 * DAY)).toEqual(['ca-ends 9']);
  expect(await runAt(portal, end)).toEqual(['ca-ends 0']);
});

it('the database itself refuses a second telling', async () => {
  const portal = await openPortal();
  const end = at('2028-03-10T12:00:00Z');
  addCa(portal, end);
  await remind(portal, end);
  const copy = portal.db.$client.prepare(
    `INSERT INTO notifications (account_id, kind, thing_id, threshold, target_id, about, search_key, ends_at, at)
     SELECT account_id, kind, thing_id, threshold, target_id, about, search_key, ends_at, at FROM notifications`,
  );
  expect(() => copy.run()).toThrow(/UNIQUE/);
});
