import { describe, expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { type Answer, ORIGIN } from '../support/visitor.ts';

const FORM = { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' };

/** Expects one plain page, in the house's own frame and words. */
function expectErrorPage(answer: Answer, status: number, title: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.text('h1')).toBe(title);
  expect(answer.$('a.button[href="/"]')).toHaveLength(1);
  expect(answer.text('code')).toMatch(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  expectNothingLeaks(answer);
}

function expectNothingLeaks(answer: Answer): void {
  expect(answer.body).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d|SQLITE|FST_|Error:|node:internal/);
}

describe('an address that does not exist', () => {
  test.each([
    '/nowhere',
    '/chips/nothing/here/at/all',
    '/%E2%82%AC',
    '/..%2f..%2fetc%2fpasswd',
    '/<script>alert(1)</script>',
    `/${'a'.repeat(2000)}`,
  ])('%s', async (path) => {
    const { guest, pia } = await openPortal();
    for (const visitor of [guest, pia]) {
      const answer = await visitor.get(path);
      expectErrorPage(answer, 404, 'Page not found');
      expect(answer.body).not.toContain('<script>alert');
    }
  });

  test.each(['/%E0%A4%A', '/chips/%ff', '/%', `/chips/${'a'.repeat(300)}`])('nor one like %.20s', async (path) => {
    const { pia } = await openPortal();
    expectErrorPage(await pia.get(path), 404, 'Page not found');
  });

  test('a change of what can only be read is a 404', async () => {
    const { guest } = await openPortal();
    expectErrorPage(await guest.post('/healthz'), 404, 'Page not found');
  });

  test('a person keeps the frame of the portal', async () => {
    const { pia, guest } = await openPortal();
    expect((await pia.get('/nowhere')).$('#side-panel')).toHaveLength(1);
    expect((await guest.get('/nowhere')).$('#side-panel')).toHaveLength(0);
  });
});

describe('a body that cannot be read', () => {
  test.each([
    ['multipart without a boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    [
      'multipart cut off in a part',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="certificate"; filename="a.cer"\r\n\r\nhalf a file',
    ],
    ['multipart cut off in a header', { 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\nContent-Disposi'],
    ['empty multipart', { 'content-type': 'multipart/form-data; boundary=b' }, ''],
    ['a plain form where a file belongs', { 'content-type': 'application/x-www-form-urlencoded' }, 'certificate=x'],
    ['JSON that is none', { 'content-type': 'application/json' }, '{'],
    ['JSON with a poisoned prototype', { 'content-type': 'application/json' }, '{"__proto__":{"x":1}}'],
    ['another type', { 'content-type': 'application/xml' }, '<x/>'],
    ['a type that is none', { 'content-type': 'no type at all;;;' }, 'x'],
  ])('%s is a 400', async (_, headers, body) => {
    const { ada } = await openPortal();
    const answer = await ada.send('POST', '/trust-store', { origin: ORIGIN, ...headers }, body);
    expectErrorPage(answer, 400, 'The request could not be read');
  });

  test('a form with files where none belong is a 400', async () => {
    const { guest } = await openPortal();
    const headers = { origin: ORIGIN, 'content-type': 'multipart/form-data; boundary=b' };
    const body = '--b\r\nContent-Disposition: form-data; name="identifier"\r\n\r\npia\r\n--b--\r\n';
    expectErrorPage(await guest.send('POST', '/login', headers, body), 400, 'The request could not be read');
  });

  test('a form that is too large is a 413', async () => {
    const { guest } = await openPortal();
    const fits = `identifier=pia&password=x&pad=${'x'.repeat(256 * 1024 - 50)}`;
    expect((await guest.send('POST', '/login', FORM, fits)).status).toBe(422);
    expectErrorPage(await guest.send('POST', '/login', FORM, `${fits}${'x'.repeat(100)}`), 413, 'Too much was sent');
  });

  test('fields named like parts of an object are only text', async () => {
    const { guest } = await openPortal();
    const body = '__proto__=x&constructor=y&toString=z&identifier[a]=pia&identifier=pia&password=wrong';
    expect((await guest.send('POST', '/login', FORM, body)).status).toBe(422);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('percent signs that encode nothing are survived', async () => {
    const { guest } = await openPortal();
    expect((await guest.send('POST', '/login', FORM, 'identifier=%E0%A4%A&password=%')).status).toBe(422);
  });
});

describe('a fault of our own', () => {
  test('is one plain page with a number, the same as in the log, and nothing of its inside', async () => {
    const { guest, db } = await openPortal();
    db.$client.exec('ALTER TABLE accounts RENAME TO accounts_gone');
    const answer = await guest.post('/login', { identifier: 'pia', password: 'x' });
    expectErrorPage(answer, 500, 'Something went wrong');
    expect(answer.body).not.toContain('accounts');
    expect(answer.codes).toEqual([]);
  });

  test('before anybody was recognised is a plain page as well', async () => {
    const { pia, db } = await openPortal();
    db.$client.close();
    expectErrorPage(await pia.get('/profile'), 500, 'Something went wrong');
  });
});

test('a role that lacks is told so, by code and in words', async () => {
  const { pia, ada } = await openPortal();
  for (const answer of [await pia.get('/trust-store'), await ada.get('/chips/new')]) {
    expectErrorPage(answer, 403, 'Not allowed');
    expect(answer.codes).toEqual(['KER-ATH-403']);
    expect(answer.text('[role=alert]')).toContain('This page belongs to another role than yours.');
  }
});
