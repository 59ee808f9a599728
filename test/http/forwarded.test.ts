import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';

const FORWARDED = {
  'x-forwarded-for': '192.0.2.7, 192.0.2.8',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
};

/** Signs in with headers of a proxy, from 127.0.0.1, and tells what became of it. */
async function signIn(settings: Record<string, string>, origin: string, forwardedFor = FORWARDED['x-forwarded-for']) {
  const portal = await openPortal(settings);
  const headers = { ...FORWARDED, 'x-forwarded-for': forwardedFor, origin };
  const answer = await portal.guest.post('/login', { identifier: 'pia', password: 'wrong' }, headers);
  const address = portal.db.$client.prepare('SELECT address FROM audit_entries ORDER BY id DESC').pluck().get();
  return { status: answer.status, codes: answer.codes, address };
}

describe.each([
  ['without PMP_TRUST_PROXY', {}],
  ['where another address is the proxy', { PMP_TRUST_PROXY: '192.0.2.1, 10.0.0.0/8' }],
] as [string, Record<string, string>][])('X-Forwarded-* %s', (_, settings) => {
  it('does not say who asks', async () => {
    const own = { status: 422, codes: ['PMP-AU-001'], address: '127.0.0.1' };
    expect(await signIn(settings, 'http://pmp.test')).toEqual(own);
  });

  it('does not make another site ours', async () => {
    expect(await signIn(settings, 'https://evil.example')).toMatchObject({ status: 403, codes: ['PMP-AU-005'] });
  });
});

describe('X-Forwarded-* of the proxy', () => {
  it('says who asks, as far as it is trusted, and by which name', async () => {
    const answer = await signIn({ PMP_TRUST_PROXY: '127.0.0.1' }, 'https://evil.example');
    expect(answer).toEqual({ status: 422, codes: ['PMP-AU-001'], address: '192.0.2.8' });
  });

  it.each([
    ['192.0.2.8:4711', '192.0.2.8'],
    ['192.0.2.7:1, 192.0.2.8:4711', '192.0.2.8'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['192.0.2.7, unknown', '127.0.0.1'],
    ["192.0.2.7, ', 192.0.2.8", '192.0.2.8'],
    ['192.0.2.8:4711:5', '127.0.0.1'],
    ['', '127.0.0.1'],
  ])('is read as addresses, without ports, and no further than it tells any: %j', async (forwarded, address) => {
    const answer = await signIn({ PMP_TRUST_PROXY: '127.0.0.1' }, 'https://evil.example', forwarded);
    expect(answer.address).toBe(address);
  });

  it('does not say by which name where PMP_PUBLIC_URL does', async () => {
    const settings = { PMP_TRUST_PROXY: '127.0.0.1', PMP_PUBLIC_URL: 'https://pmp.test' };
    expect(await signIn(settings, 'https://evil.example')).toMatchObject({ status: 403, codes: ['PMP-AU-005'] });
  });
});
