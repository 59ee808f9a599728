import { describe, expect, it } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { signIn } from '../support/workflow.ts';

describe('GET /help', () => {
  it('is open to everybody, and leads on', async () => {
    const portal = await openPortal();
    const page = await portal.visitor().get('/help');
    expect(page.status).toBe(200);
    expect(page.$('h1').text()).toBe('User guide');
    expect(page.$('title').text()).toMatch(/^User guide/);
    expect(page.$('[rel=prev]').length).toBe(0);
    expect(page.$('[rel=next]').attr('href')).toBe('/help/partner');
  });

  it('tells where a page stands, what comes before and what after it', async () => {
    const portal = await openPortal();
    const page = await (await signIn(portal, 'pia')).get('/help/partner/chips');
    const crumbs = page
      .$('.breadcrumbs li')
      .toArray()
      .map((crumb) => page.$(crumb).text().trim());
    expect(crumbs).toEqual(['Home', 'User guide', 'For chip providers', 'Chips']);
    expect(page.$('[rel=prev]').attr('href')).toBe('/help/partner/partner-certificate');
    expect(page.$('[rel=next]').attr('href')).toBe('/help/admin');
  });

  it('stays English and left to right in a page of another language, and says so', async () => {
    const portal = await openPortal();
    const visitor = portal.visitor();
    await visitor.post('/language', { language: 'ar', back: '/help' });
    const page = await visitor.get('/help/account');
    expect([page.$('html').attr('dir'), page.$('.guide').attr('dir'), page.$('.guide').attr('lang')]).toEqual([
      'rtl',
      'ltr',
      'en',
    ]);
    expect(page.$('.notice').text()).toContain('دليل الاستخدام');
  });

  it.each(['decisions/0001-own-path-validation', 'README', '../package.json', 'partner/', 'nothing'])(
    'has no page %s',
    async (path) => {
      const portal = await openPortal();
      expect((await portal.visitor().get(`/help/${path}`)).status).toBe(404);
    },
  );

  it('gives its pictures, kept for good', async () => {
    const portal = await openPortal();
    const visitor = portal.visitor();
    const src = (await visitor.get('/help/account')).$('.guide img').first().attr('src') ?? '';
    const image = await visitor.get(src);
    expect(image.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(image.bytes.subarray(8, 12).toString()).toBe('WEBP');
    expect((await visitor.get('/help/images/sign-in.webp')).status).toBe(404);
  });
});

describe('the help link of a page', () => {
  it('leads to what the page is about, by role', async () => {
    const portal = await openPortal();
    const helpAt = async (
      visitor: {
        get: (path: string) => Promise<{ $: (selector: string) => { attr: (name: string) => string | undefined } }>;
      },
      path: string,
    ) => (await visitor.get(path)).$('a.help').attr('href');
    const [pia, ada] = [await signIn(portal, 'pia'), await signIn(portal, 'ada')];
    expect(await helpAt(portal.visitor(), '/login')).toBe('/help/account');
    expect(await helpAt(portal.visitor(), '/register')).toBe('/help/partner/register');
    expect(await helpAt(pia, '/')).toBe('/help/partner');
    expect(await helpAt(pia, '/chips')).toBe('/help/partner/chips');
    expect(await helpAt(pia, '/nowhere')).toBe('/help/partner');
    expect(await helpAt(ada, '/')).toBe('/help/admin');
    expect(await helpAt(ada, '/chips')).toBe('/help/admin/chips');
    expect(await helpAt(ada, '/trust-store/new')).toBe('/help/admin/trust-store');
  });
});
