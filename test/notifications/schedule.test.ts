import { expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { chipIn, openChipPortal } from '../chips/support.ts';
import { addCa, kindsTold, outbox } from './support.ts';

it('a portal that begins to listen tells what is due, sends what waits, and forgets sessions that ended', async () => {
  const portal = await openChipPortal();
  await chipIn(portal, 'approved');
  const end = Date.now() + DAY;
  addCa(portal, end);
  const sessions = portal.db.$client.prepare('SELECT id FROM sessions').pluck();
  const [first, ...others] = sessions.all() as string[];
  portal.db.$client.prepare('UPDATE sessions SET expires_at = 1 WHERE id = ?').run(first);
  expect([kindsTold(portal, 'ada'), outbox(portal), portal.mails()]).toEqual([[], [], []]);

  await portal.app.listen({ host: '127.0.0.1', port: 0 });
  await expect
    .poll(
      () =>
        outbox(portal)
          .map(({ username }) => username)
          .sort(),
      { timeout: 10_000 },
    )
    .toEqual(['ada', 'pia']);
  expect(kindsTold(portal, 'ada')).toEqual(['ca-ends 1']);
  await expect
    .poll(() => portal.mails().filter((mail) => mail.includes('Your chip Acme X1 was approved.')), { timeout: 10_000 })
    .toHaveLength(1);
  expect(sessions.all()).toEqual(others);

  await portal.app.close();
  addCa(portal, end, 'CN=Afterwards');
  expect(kindsTold(portal, 'ada')).toEqual(['ca-ends 1']);
});
