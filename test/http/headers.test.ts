import { describe, expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';

/** Answers of every kind: page, redirect, refusal, error, fragment, plain text, asset. */
async function everyKind(settings: Record<string, string> = {}): Promise<Record<string, Answer>> {
  const { pia, guest } = await openPortal(settings);
  const page = await guest.get('/login');
  return {
    page,
    home: await pia.get('/'),
    redirect: await guest.get('/chips'),
    'refused form': await guest.post('/login', {}, { origin: settings.PMP_PUBLIC_URL ?? 'http://pmp.test' }),
    forbidden: await pia.get('/trust-store'),
    'foreign origin': await guest.post('/login', {}, { origin: 'http://evil.example' }),
    'not found': await guest.get('/nowhere'),
    fragment: await pia.get('/chips', { 'hx-request': 'true', 'hx-request-type': 'partial' }),
    health: await guest.get('/healthz'),
    asset: await guest.get(page.$('link[rel=stylesheet]').attr('href') ?? ''),
  };
}

const directives = (answer: Answer) =>
  Object.fromEntries(
    String(answer.headers['content-security-policy'])
      .split(';')
      .map((directive) =>
        directive
          .trim()
          .split(/\s(.*)/s)
          .slice(0, 2),
      ),
  );

describe('every answer', () => {
  test('has the policy: own scripts and styles only, nothing inline, no frames', async () => {
    for (const [kind, answer] of Object.entries(await everyKind())) {
      expect(directives(answer), kind).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self' data:",
        'connect-src': "'self'",
        'form-action': "'self'",
        'frame-ancestors': "'none'",
        'base-uri': "'none'",
        'object-src': "'none'",
      });
    }
  });

  test('forbids guessing types, framing, and leaking addresses to other sites', async () => {
    for (const [kind, answer] of Object.entries(await everyKind())) {
      expect(answer.headers, kind).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['x-powered-by'], kind).toBeUndefined();
      expect(answer.headers.server, kind).toBeUndefined();
    }
  });

  test('is not stored, except assets, and varies by HX-Request', async () => {
    for (const [kind, answer] of Object.entries(await everyKind())) {
      expect(answer.headers['cache-control'], kind).toBe(
        kind === 'asset' ? 'public, max-age=31536000, immutable' : 'no-store',
      );
      expect(String(answer.headers.vary), kind).toContain('HX-Request');
    }
  });

  test('asks for https for good only where the public address is https', async () => {
    for (const [kind, answer] of Object.entries(await everyKind()))
      expect(answer.headers['strict-transport-security'], kind).toBeUndefined();
    for (const [kind, answer] of Object.entries(await everyKind({ PMP_PUBLIC_URL: 'https://pmp.test' })))
      expect(answer.headers['strict-transport-security'], kind).toBe('max-age=31536000; includeSubDomains');
  });
});

test('pages keep to the policy: no inline script, style or handler', async () => {
  for (const [kind, answer] of Object.entries(await everyKind())) {
    if (!String(answer.headers['content-type']).startsWith('text/html')) continue;
    const { $ } = answer;
    expect($('script:not([src])'), kind).toHaveLength(0);
    expect($('style, [style], base, iframe, object'), kind).toHaveLength(0);
    const handlers = $('*')
      .toArray()
      .flatMap((element) => Object.keys('attribs' in element ? element.attribs : {}))
      .filter((name) => /^on|^hx-on/.test(name));
    expect(handlers, kind).toEqual([]);
    expect($('[src^="http"], link[href^="http"]'), kind).toHaveLength(0);
  }
});
