import { expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';

test('both answer plain ok to everybody while the portal can work', async () => {
  const { guest } = await openPortal();
  for (const path of ['/healthz', '/readyz']) {
    const answer = await guest.get(path);
    expect({ status: answer.status, body: answer.body, type: answer.headers['content-type'] }, path).toEqual({
      status: 200,
      body: 'ok',
      type: 'text/plain; charset=utf-8',
    });
  }
});

test('without its database the portal is alive, but not ready', async () => {
  const { guest, db } = await openPortal();
  db.$client.close();
  expect((await guest.get('/healthz')).status).toBe(200);
  const answer = await guest.get('/readyz');
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 503, body: 'not ready' });
});

test('tells nothing to a signed-in person that it does not tell others, and sets no cookie', async () => {
  const { pia } = await openPortal();
  const answer = await pia.get('/readyz');
  expect(answer.body).toBe('ok');
  expect(answer.headers['set-cookie']).toBeUndefined();
});
