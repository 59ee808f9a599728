import { describe, expect, it, test } from 'vitest';
import { DAY, HOUR } from '../../src/lib/durations.ts';
import { summarizeWeek } from '../../src/notifications/summary/summary.ts';
import { chipIn, openChipPortal, submitChip } from '../chips/support.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { addCa, at, mailParts, outbox, setEnd } from './support.ts';

// Ada has been an admin since long before the weeks of these tests.
const MONDAY = at('2028-03-06T06:00:00Z');

async function summariesOf(portal: Portal, instant: number): Promise<[username: string, subject: string][]> {
  await summarizeWeek(mailParts(portal), instant);
  return outbox(portal).map(({ username, subject }) => [username, subject]);
}

describe('the weekly summary', () => {
  it('comes on Monday morning, not before, and once', async () => {
    const portal = await openPortal();
    expect(await summariesOf(portal, MONDAY - 1)).toEqual([]);
    const once = [['ada', 'The week: 0 chips wait for a decision']];
    for (const instant of [MONDAY, MONDAY, MONDAY + HOUR, MONDAY + 7 * DAY - 1])
      expect(await summariesOf(portal, instant)).toEqual(once);
    expect(await summariesOf(portal, MONDAY + 7 * DAY)).toHaveLength(2);
  });

  it('is made up for, once, whenever the portal runs again', async () => {
    const portal = await openPortal();
    expect(await summariesOf(portal, MONDAY + 5 * DAY)).toHaveLength(1);
    expect(await summariesOf(portal, MONDAY + 6 * DAY)).toHaveLength(1);
    expect(await summariesOf(portal, MONDAY + 40 * DAY)).toHaveLength(2);
  });

  it('is sent once by two runs beside each other', async () => {
    const portal = await openPortal();
    await Promise.allSettled([summarizeWeek(mailParts(portal), MONDAY), summarizeWeek(mailParts(portal), MONDAY)]);
    expect(outbox(portal)).toHaveLength(1);
  });

  test.each([
    ['Asia/Kolkata', '2028-03-06T00:30:00Z'],
    ['America/Los_Angeles', '2028-03-06T14:00:00Z'],
    ['Europe/Paris', '2028-03-27T04:00:00Z'],
  ])('in %s Monday morning is %s', async (zone, morning) => {
    const portal = await openPortal({ PMP_TIME_ZONE: zone });
    await summariesOf(portal, at(morning) - 7 * DAY + 2 * HOUR);
    const before = outbox(portal).length;
    expect(await summariesOf(portal, at(morning) - 1)).toHaveLength(before);
    expect(await summariesOf(portal, at(morning))).toHaveLength(before + 1);
  });

  it('goes to active admins alone, and to new ones from the next Monday on', async () => {
    const portal = await openPortal();
    portal.db.$client.prepare('UPDATE accounts SET created_at = ? WHERE username = ?').run(MONDAY + 1, 'ada');
    expect(await summariesOf(portal, MONDAY + DAY)).toEqual([]);
    expect(await summariesOf(portal, MONDAY + 7 * DAY)).toHaveLength(1);
    portal.db.$client
      .prepare("INSERT INTO account_deactivations (account_id, at, by, reason) VALUES (?, 1, ?, 'left')")
      .run(portal.idOf('ada'), portal.idOf('ada'));
    expect(await summariesOf(portal, MONDAY + 14 * DAY)).toHaveLength(1);
  });

  it('tells what waits and since when, what ends within 30 days, and what was decided in the week that is over', async () => {
    const portal = await openChipPortal();
    const { $client } = portal.db;
    for (const model of ['A1', 'A2', 'A3']) await chipIn(portal, 'approved', model);
    for (const model of ['R1', 'R2']) await chipIn(portal, 'rejected', model);
    await submitChip(portal, 'W1');
    await submitChip(portal, 'W2');
    const cameAt = $client.prepare('UPDATE chips SET status_at = ? WHERE model = ?');
    cameAt.run(MONDAY - 10 * DAY, 'W1');
    cameAt.run(MONDAY - DAY, 'W2');
    // Decided within the week: A1 in its first instant, R1 in its last; the others just outside.
    const trigger = $client
      .prepare("SELECT sql FROM sqlite_master WHERE name = 'chip_decisions_no_update'")
      .pluck()
      .get() as string;
    $client.exec('DROP TRIGGER chip_decisions_no_update');
    const week = at('2028-02-28T00:00:00Z');
    for (const [model, instant] of [
      ['A1', week],
      ['A2', week - 1],
      ['A3', week + 7 * DAY],
      ['R1', week + 7 * DAY - 1],
      ['R2', week - DAY],
    ] as const)
      $client
        .prepare('UPDATE chip_decisions SET at = ? WHERE chip_id = (SELECT id FROM chips WHERE model = ?)')
        .run(instant, model);
    $client.exec(trigger);
    // A certificate of each kind ends in the last instant of the thirtieth day; others have ended, end later, or are not in use.
    const lastDay = at('2028-04-06T00:00:00Z') - 1;
    const idOfChip = (model: string) =>
      $client.prepare('SELECT certificate_id FROM chips WHERE model = ?').pluck().get(model) as string;
    const partner = $client
      .prepare('SELECT certificate_id FROM partners WHERE certificate_id IS NOT NULL')
      .pluck()
      .get() as string;
    setEnd(portal, 'certificates', idOfChip('A1'), lastDay);
    setEnd(portal, 'certificates', idOfChip('A2'), lastDay + 1);
    setEnd(portal, 'certificates', idOfChip('A3'), MONDAY - 1);
    setEnd(portal, 'certificates', idOfChip('R1'), lastDay);
    setEnd(portal, 'certificates', partner, lastDay);
    setEnd(portal, 'mosip_signed_certificates', partner, MONDAY);
    addCa(portal, lastDay);
    addCa(portal, MONDAY, 'CN=Two');
    addCa(portal, lastDay + 1, 'CN=Later');
    addCa(portal, MONDAY - 1, 'CN=Gone');
    expect(await summariesOf(portal, MONDAY)).toEqual([['ada', 'The week: 2 chips wait for a decision']]);
    const lines = outbox(portal)[0]?.text.split('\n');
    for (const line of [
      'Hello Ada,',
      '2 chips wait for a decision.',
      'The oldest came 10 days ago.',
      `${portal.config.mailUrl}/chips?status=pending_approval&sort=submitted`,
      'Certificates that end within 30 days:',
      '- CA certificates of the trust store: 2',
      '- partner certificates: 1',
      '- MOSIP-signed certificates: 1',
      '- certificates of approved chips: 1',
      'Decisions from 28 Feb 2028 to 5 Mar 2028:',
      '- approved: 1',
      '- rejected: 1',
      `${portal.config.mailUrl}/profile`,
    ])
      expect(lines).toContain(line);
  });

  test.each([
    ['fr', 'La semaine\u00a0: 0 puce attend une décision', 'Bonjour Ada,'],
    ['ar', 'الأسبوع: لا رقاقات في انتظار قرار', 'مرحبًا \u2068Ada\u2069،'],
  ])('is in the language of its reader: %s', async (language, subject, greeting) => {
    const portal = await openPortal();
    portal.db.$client.prepare('UPDATE accounts SET language = ?').run(language);
    expect(await summariesOf(portal, MONDAY)).toEqual([['ada', subject]]);
    expect(outbox(portal)[0]?.text.split('\n')[0]).toBe(greeting);
    expect(outbox(portal)[0]?.text).not.toMatch(/token|\{\{|undefined|NaN/);
  });
});
