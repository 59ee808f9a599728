import { describe, expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import type { Answer, Visitor } from '../support/visitor.ts';

const FORM = 'language=en&next=/login';
const TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/** Any change will do; everybody may choose a language. */
const change = (visitor: Visitor, headers: Record<string, string>) =>
  visitor.send('POST', '/language', { ...TYPE, ...headers }, FORM);

const outcome = ({ status, codes }: Answer) => (status === 403 ? codes.join(' ') : String(status));

type Case = [string, Record<string, string>];

const FOREIGN: Case[] = [
  ['nothing that says where it comes from', {}],
  ['another Origin', { origin: 'http://evil.example' }],
  ['an Origin that only begins like ours', { origin: 'http://pmp.test.evil.example' }],
  ['another port', { origin: 'http://pmp.test:8080' }],
  ['another sub-domain', { origin: 'http://www.pmp.test' }],
  ['Origin: null', { origin: 'null' }],
  ['an empty Origin', { origin: '' }],
  ['an Origin that is no address', { origin: 'pmp.test' }],
  ['an Origin of another kind', { origin: 'ftp://pmp.test' }],
  ['another Referer', { referer: 'http://evil.example/http://pmp.test/' }],
  ['a foreign Origin with our Referer', { origin: 'http://evil.example', referer: 'http://pmp.test/login' }],
  ['cross-site with our Origin', { 'sec-fetch-site': 'cross-site', origin: 'http://pmp.test' }],
  ['same-site with our Origin', { 'sec-fetch-site': 'same-site', origin: 'http://pmp.test' }],
  ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none', origin: 'http://pmp.test' }],
  ['an empty Sec-Fetch-Site', { 'sec-fetch-site': '', origin: 'http://pmp.test' }],
];

const OWN: Case[] = [
  ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
  ['same-origin, before anything else', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
  ['our Origin', { origin: 'http://pmp.test' }],
  ['our Origin, before the Referer', { origin: 'http://pmp.test', referer: 'http://evil.example/' }],
  ['our Referer', { referer: 'http://pmp.test/login?next=/' }],
];

describe('without PMP_PUBLIC_URL, compared with the request’s own Host', () => {
  test.each(FOREIGN)('a change with %s is refused', async (_, headers) => {
    const { guest } = await openPortal();
    const answer = await change(guest, headers);
    expect(outcome(answer)).toBe('PMP-AU-005');
    expect(answer.text('[role=alert]')).toContain('Changes are accepted only from the pages of this portal.');
    expect(guest.cookies.has('pmp_language')).toBe(false);
  });

  test.each(OWN)('a change with %s is taken', async (_, headers) => {
    const { guest } = await openPortal();
    expect(outcome(await change(guest, headers))).toBe('303');
  });

  test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000'])(
    '%s works, as does each with itself only',
    async (host) => {
      const { guest } = await openPortal();
      expect(outcome(await change(guest, { host, origin: `http://${host}` }))).toBe('303');
      expect(outcome(await change(guest, { host, origin: 'http://localhost:3001' }))).toBe('PMP-AU-005');
    },
  );
});

describe('with PMP_PUBLIC_URL, compared with that', () => {
  const PUBLIC = { PMP_PUBLIC_URL: 'https://portal.example' };

  test.each<Case>([
    ['the Host but not the public address', { origin: 'http://pmp.test' }],
    ['the Host that a proxy made up', { host: 'evil.example', origin: 'https://evil.example' }],
    ['the public name by http', { origin: 'http://portal.example' }],
    ['another port', { origin: 'https://portal.example:8443' }],
    ['nothing', {}],
  ])('%s is refused', async (_, headers) => {
    const { guest } = await openPortal(PUBLIC);
    expect(outcome(await change(guest, headers))).toBe('PMP-AU-005');
  });

  test.each<Case>([
    ['its Origin', { origin: 'https://portal.example' }],
    ['its Origin with the usual port named', { origin: 'https://portal.example:443' }],
    ['its Referer', { referer: 'https://portal.example/login' }],
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }],
  ])('%s is taken', async (_, headers) => {
    const { guest } = await openPortal(PUBLIC);
    expect(outcome(await change(guest, headers))).toBe('303');
  });
});

describe('the check', () => {
  test('comes before sign-in, and before an address that does not exist', async () => {
    const { guest } = await openPortal();
    for (const path of ['/logout', '/chips', '/nowhere'])
      expect(outcome(await guest.send('POST', path, TYPE, '')), path).toBe('PMP-AU-005');
  });

  test('lets everybody read, wherever the link was', async () => {
    const { pia } = await openPortal();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example', referer: 'http://evil.example/' };
    expect((await pia.get('/profile', headers)).status).toBe(200);
  });

  test('changes nothing when it refuses', async () => {
    const portal = await openPortal();
    expect(outcome(await portal.pia.send('POST', '/profile/sign-out-everywhere', { origin: 'null' }))).toBe(
      'PMP-AU-005',
    );
    expect((await portal.pia.get('/profile')).status).toBe(200);
  });
});
