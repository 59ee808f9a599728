import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadAssets } from '../../src/http/assets.ts';
import { sha256Hex } from '../../src/lib/ids.ts';
import { openPortal } from '../support/portal.ts';

const TYPES = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** What the pages of sign-in and home load. */
async function loaded(): Promise<{ guest: Awaited<ReturnType<typeof openPortal>>['guest']; paths: string[] }> {
  const { pia, guest } = await openPortal();
  const pages = [await guest.get('/login'), await pia.get('/')];
  const paths = pages.flatMap(({ $ }) =>
    $('link[href], script[src], img[src]')
      .toArray()
      .map(({ attribs }) => attribs.href ?? attribs.src ?? '')
      .map((path) => path.split('#')[0] ?? ''),
  );
  return { guest, paths: [...new Set(paths)] };
}

test('everything a page loads is there, with the right type, named by its content', async () => {
  const { guest, paths } = await loaded();
  expect(paths.length).toBeGreaterThanOrEqual(4);
  for (const path of paths) {
    const [, hash, extension] = /^\/assets\/[a-z]+\.([0-9a-f]{10})\.(css|js|svg)$/.exec(path) ?? [];
    const answer = await guest.get(path);
    expect(answer.status, path).toBe(200);
    expect(answer.headers['content-type'], path).toBe(TYPES[extension as keyof typeof TYPES]);
    expect(sha256Hex(answer.bytes).slice(0, 10), path).toBe(hash);
    expect(answer.headers['cache-control'], path).toBe('public, max-age=31536000, immutable');
  }
});

test('comes compressed as the browser asks, and says that it depends on it', async () => {
  const { guest, paths } = await loaded();
  for (const path of paths) {
    const get = (accepted: string) => guest.get(path, { 'accept-encoding': accepted });
    const [plain, brotli, gzip] = [await get('identity'), await get('gzip, deflate, br, zstd'), await get('gzip')];
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    for (const answer of [plain, brotli, gzip]) expect(answer.headers.vary).toContain('accept-encoding');
  }
});

test.each([
  ['identity;q=1, br;q=0, gzip;q=0', undefined],
  ['br;q=0, gzip', 'gzip'],
  ['gzip;q=0.0', undefined],
  ['*;q=0', undefined],
  ['x-broken', undefined],
  ['BR', 'br'],
])('accept-encoding %j is answered by %s', async (accepted, encoding) => {
  const { guest } = await openPortal();
  const answer = await guest.get(loadAssets().url('app.css'), { 'accept-encoding': accepted });
  expect(answer.headers['content-encoding']).toBe(encoding);
});

test.each(['app.css', 'app.0000000000.css', '..%2fapp.css', 'logo.svg%00', '__proto__'])(
  'there is no %s',
  async (file) => {
    const { guest } = await openPortal();
    const answer = await guest.get(`/assets/${file}`);
    expect(answer.status).toBe(404);
    expect(answer.headers['cache-control']).toBe('no-store');
  },
);

test('a template that names an unknown asset or icon fails', () => {
  const assets = loadAssets();
  expect(() => assets.url('none.css')).toThrow('none.css');
  expect(() => assets.icon('none')).toThrow('none');
});

test('the favicon that browsers ask for leads to the logo', async () => {
  const { guest } = await openPortal();
  const answer = await guest.get('/favicon.ico');
  expect({ status: answer.status, location: answer.location }).toEqual({
    status: 303,
    location: loadAssets().url('logo.svg'),
  });
});
