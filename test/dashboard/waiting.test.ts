import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { approve, idIn, openChipPortal, submitChip } from '../chips/support.ts';
import { signIn } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the chips that wait, on the admin’s dashboard', () => {
  it('are none at first', async () => {
    const portal = await openChipPortal();
    expect((await portal.ada.get('/')).$('[data-section=waiting]')).toHaveLength(0);
  });

  it('stand there from the oldest on, with how long they wait and the way to each decision', async () => {
    const portal = await openChipPortal();
    const chips = [await submitChip(portal, 'first'), await submitChip(portal, 'second')];
    const submitted = portal.db.$client.prepare('UPDATE chips SET status_at = ? WHERE id = ?');
    const start = Date.now();
    for (const [index, chip] of chips.entries()) submitted.run(start - (3 - index) * DAY, idIn(chip));
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(start + 1000);
    const page = await (await signIn(portal, 'ada')).get('/');
    const rows = page.$('[data-section=waiting] li').toArray();
    expect(rows.map((row) => page.$(row).find('strong, small, .tag').text().replace(/\s+/g, ' ').trim())).toEqual([
      'Acme firstAcme Chips Ltd came 3 days ago',
      'Acme secondAcme Chips Ltd came 2 days ago',
    ]);
    for (const [index, chip] of chips.entries()) {
      const button = page.$(rows[index]).find('a.button');
      expect(button.attr('href')).toBe(`${chip}/decision/new`);
      expect(button.attr('hx-get')).toBe(`${chip}/decision/new`);
      expect(button.hasClass('secondary')).toBe(index > 0);
    }
    expect(page.$('[data-section=waiting] > p')).toHaveLength(0);
    expect((await portal.pia.get('/')).$('[data-section=waiting]')).toHaveLength(0);
  });

  it('are five at most, with the way to all', async () => {
    const portal = await openChipPortal();
    const chips: string[] = [];
    for (let number = 1; number <= 6; number += 1) chips.push(await submitChip(portal, `X${number}`));
    const page = await portal.ada.get('/');
    expect(page.$('[data-section=waiting] li')).toHaveLength(5);
    expect(page.$('[data-section=waiting] > p a').attr('href')).toBe('/chips?status=pending_approval&sort=submitted');
    await approve(portal, chips[0] ?? '');
    const after = await portal.ada.get('/');
    expect(after.$('[data-section=waiting] li')).toHaveLength(5);
    expect(after.$('[data-section=waiting] > p')).toHaveLength(0);
  });
});
