import { expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';

it('refuses more requests per minute than allowed, says so in words and when to come back', async () => {
  const { guest } = await openPortal({ PMP_RATE_LIMIT: '3' });
  for (let i = 0; i < 3; i += 1) expect((await guest.get('/login')).status).toBe(200);
  const refused = await guest.get('/login');
  expect(refused.status).toBe(429);
  expect(refused.codes).toEqual(['PMP-AU-002']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});

it('words a refusal that comes before anybody was recognised', async () => {
  const { pia, trail } = await openPortal();
  const refused = await pia.post('/logout', {}, { origin: 'https://elsewhere.example' });
  expect(refused.status).toBe(403);
  expect(refused.codes).toEqual(['PMP-AU-005']);
  expect(trail().at(-1)).toMatchObject({ action: 'session.end', actor: 'pia', outcome: 'refused', code: 'PMP-AU-005' });
  expect((await pia.get('/profile')).status).toBe(200);
});

it('counts addresses that lead nowhere as well', async () => {
  const { guest } = await openPortal({ PMP_RATE_LIMIT: '2' });
  for (let i = 0; i < 2; i += 1) expect((await guest.get('/nowhere')).status).toBe(404);
  expect((await guest.get('/nowhere')).status).toBe(429);
});
