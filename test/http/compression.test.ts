import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';

const BROWSER = { 'accept-encoding': 'gzip, deflate, br, zstd' };
const HERE = { ...BROWSER, 'sec-fetch-site': 'same-origin' };

describe('a page', () => {
  test('comes compressed to a browser that asks from a page of this site, or by its address', async () => {
    const { guest } = await openPortal();
    const plain = await guest.get('/register');
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const site of ['same-origin', 'none']) {
      const answer = await guest.get('/register', { ...BROWSER, 'sec-fetch-site': site });
      expect(answer.headers['content-encoding'], site).toBe('gzip');
      expect(Number(answer.headers['content-length']), site).toBe(answer.bytes.length);
      expect(gunzipSync(answer.bytes).toString(), site).toBe(plain.body);
    }
  });

  test.each(['cross-site', 'same-site', 'something-else'])('does not when asked for from %s', async (site) => {
    const { pia } = await openPortal();
    const answer = await pia.get('/chips', { ...BROWSER, 'sec-fetch-site': site });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.text()).toContain('FTM chips');
  });

  test('by https only when the browser says from where; by plain http always', async () => {
    const secure = await openPortal({ PMP_PUBLIC_URL: 'https://portal.example' });
    expect((await secure.guest.get('/login', BROWSER)).headers['content-encoding']).toBeUndefined();
    expect((await secure.guest.get('/login', HERE)).headers['content-encoding']).toBe('gzip');
    const open = await openPortal();
    expect((await open.guest.get('/login', BROWSER)).headers['content-encoding']).toBe('gzip');
  });

  test.each(['', 'br', 'gzip;q=0', 'identity'])('does not for accept-encoding %j', async (encoding) => {
    const { guest } = await openPortal();
    const answer = await guest.get('/login', { ...HERE, 'accept-encoding': encoding });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });
});

test('refusals, errors and pieces of pages are compressed like pages', async () => {
  const { ada, pia, guest } = await openPortal();
  const refused = await guest.post('/login', {}, HERE);
  expect([refused.status, refused.headers['content-encoding']]).toEqual([422, 'gzip']);
  const missing = await pia.get('/nowhere', HERE);
  expect([missing.status, missing.headers['content-encoding']]).toEqual([404, 'gzip']);
  const fragment = await ada.get('/audit', { ...HERE, ...HTMX });
  expect(gunzipSync(fragment.bytes).toString()).toMatch(/^\s*<div id="audit-list"/);
});

test('what is short, or no page, stays as it is', async () => {
  const { pia, guest } = await openPortal();
  for (const answer of [await guest.get('/healthz', HERE), await pia.get('/login', HERE)]) {
    expect(answer.headers['content-encoding']).toBeUndefined();
  }
});

test('HEAD answers as GET does, without its body', async () => {
  const { guest } = await openPortal();
  const get = await guest.get('/login', HERE);
  const head = await guest.send('HEAD' as 'GET', '/login', HERE);
  expect(head.bytes.length).toBe(0);
  expect(head.status).toBe(get.status);
});
