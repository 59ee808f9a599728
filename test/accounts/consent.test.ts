import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTerms } from '../../src/accounts/index.ts';
import { buildApp } from '../../src/app.ts';
import { ConfigError } from '../../src/config.ts';
import { LANGUAGES, translator } from '../../src/i18n/index.ts';
import { openPortal, type Portal, REGISTRATION } from '../support/portal.ts';
import { HTMX, Visitor } from '../support/visitor.ts';
import { expectFormRefused, expectRedirect } from './support.ts';

/** Somebody who has just registered and not yet accepted the terms. */
async function newcomer(portal: Portal): Promise<Visitor> {
  const visitor = portal.visitor();
  await visitor.post('/register', { ...REGISTRATION, username: 'anna', email: 'anna@chips.example' });
  return visitor;
}

const consents = (portal: Portal, username: string) =>
  portal.db.$client
    .prepare('SELECT version FROM consents WHERE account_id = ? ORDER BY version')
    .pluck()
    .all(portal.idOf(username));

describe('the terms', () => {
  test('are shown with their version, and accepted', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    const page = await anna.get('/consent');
    expect(page.status).toBe(200);
    expect(page.$('[name=version]').attr('value')).toBe('1');
    expect(page.$('form[action="/consent"] input[type=checkbox][name=accept]').attr('value')).toBe('on');
    expect(page.text('.terms')).toContain('What is stored about you, and why');
    expect(page.$('.terms h2').length).toBeGreaterThan(1);
    expectRedirect(await anna.post('/consent', { accept: 'on', version: '1' }), '/');
    expect((await anna.get('/')).flash).toBe('terms-accepted');
    expect(consents(portal, 'anna')).toEqual([1]);
  });

  test.each(['/', '/profile', '/chips', '/chips/new', '/partner-certificate', '/partner-certificate/original'])(
    'come before %s',
    async (path) => {
      const anna = await newcomer(await openPortal());
      expectRedirect(await anna.get(path), '/consent');
      expectRedirect(await anna.get(path, HTMX), '/consent', 204);
    },
  );

  test('come before the public pages too, but for language, assets, health and the guide', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    const sheet = (await anna.get('/consent')).$('link[rel=stylesheet]').attr('href') ?? '';
    for (const path of ['/register', '/login', '/forgot-password', '/reset-password', '/setup'])
      expectRedirect(await anna.get(path), '/consent');
    expectRedirect(await anna.post('/forgot-password', { email: 'a@b.example' }), '/consent');
    for (const path of [sheet, '/healthz', '/readyz', '/help']) expect((await anna.get(path)).status).toBe(200);
    expectRedirect(await anna.post('/language', { language: 'fr', back: '/consent' }), '/consent');
    expect((await anna.get('/consent')).$('html').attr('lang')).toBe('fr');
    expectRedirect(await anna.post('/logout'), '/login');
  });

  test('come before every change, and before the role', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    for (const path of [
      '/chips',
      '/profile/email',
      '/profile/password',
      '/profile/sign-out-everywhere',
      '/trust-store',
    ])
      expectRedirect(await anna.post(path), '/consent');
    expectRedirect(await anna.post('/chips', {}, HTMX), '/consent', 204);
    expectRedirect(await anna.get('/trust-store'), '/consent');
  });

  test('leave language, assets, health and sign-out open', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    const page = await anna.get('/consent');
    const sheet = page.$('link[rel=stylesheet]').attr('href') ?? '';
    expect((await anna.get(sheet)).status).toBe(200);
    expect((await anna.get('/healthz')).status).toBe(200);
    expectRedirect(await anna.post('/language', { language: 'en', back: '/consent' }), '/consent');
    expectRedirect(await anna.post('/logout'), '/login');
  });

  test('are not asked of an admin, who can read them', async () => {
    const { ada } = await openPortal();
    const page = await ada.get('/consent');
    expect(page.status).toBe(200);
    expect(page.$('form[action="/consent"]')).toHaveLength(0);
  });

  test('signed out, lead to sign-in and back', async () => {
    const { guest } = await openPortal();
    expectRedirect(await guest.get('/consent'), '/login?next=%2Fconsent');
    expectRedirect(await guest.post('/consent', { accept: 'on', version: '1' }), '/login?next=%2F');
  });
});

describe('accepting', () => {
  test('needs the tick', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    for (const form of [{}, { accept: 'yes' }, { accept: ['on', 'on'] }]) {
      const answer = await anna.post('/consent', { version: '1', ...form });
      expectFormRefused(answer, ['accept PMP-FV-001'], 'The terms are not accepted.');
      expect(answer.$('form[action="/consent"]')).toHaveLength(1);
    }
    expect(consents(portal, 'anna')).toEqual([]);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'consent.give', outcome: 'refused', code: 'PMP-FV-001' });
  });

  test.each(['0', '2', '', ' 1', '01'])(
    'another version (%j) is a conflict that shows the present one',
    async (version) => {
      const portal = await openPortal();
      const anna = await newcomer(portal);
      const answer = await anna.post('/consent', { accept: 'on', version });
      expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 409, codes: ['PMP-FV-004'] });
      expect(answer.text('[role=alert]')).toContain('The terms have changed.');
      expect(answer.$('[name=version]').attr('value')).toBe('1');
      expect(consents(portal, 'anna')).toEqual([]);
    },
  );

  test('again changes nothing', async () => {
    const portal = await openPortal();
    expectRedirect(await portal.pia.post('/consent', { accept: 'on', version: '1' }), '/');
    expect(consents(portal, 'pia')).toEqual([1]);
    const page = await portal.pia.get('/consent');
    expect(page.$('form[action="/consent"]')).toHaveLength(0);
    expect(page.text()).toContain('You have accepted these terms.');
  });

  test('tells htmx to go on, and is written down', async () => {
    const portal = await openPortal();
    const anna = await newcomer(portal);
    expectRedirect(await anna.post('/consent', { accept: 'on', version: '1' }, HTMX), '/', 204);
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'consent.give',
      actor: 'anna',
      outcome: 'done',
      detail: '{"version":1}',
    });
  });
});

test.each(LANGUAGES)('the text of the portal is there in %s', async (language) => {
  const { pia } = await openPortal();
  await pia.post('/language', { language });
  const page = await pia.get('/consent');
  const paragraphs = translator(language)('terms.text').split('\n\n');
  expect(paragraphs.length).toBeGreaterThan(6);
  expect(page.$('.terms').children('h2, p:not(.quiet)')).toHaveLength(paragraphs.length);
  for (const text of paragraphs) expect(page.text('.terms')).toContain(text.replace(/^# /, '').replace(/\s+/g, ' '));
});

describe("a country's own text", () => {
  const OWN = { version: 2, en: '# Our terms\n\nBe <b>good</b>.', fr: 'Soyez bons.', ar: 'كونوا طيبين.' };
  const write = ({ dataDir }: Portal, text: string) => writeFileSync(join(dataDir, 'terms.json'), text);
  const restart = async (portal: Portal) => {
    const app = await buildApp(portal);
    return { app, pia: new Visitor(app, portal.pia.cookies) };
  };

  test('with a new version is asked of everybody again', async () => {
    const portal = await openPortal();
    write(portal, JSON.stringify(OWN));
    const { app, pia } = await restart(portal);
    expectRedirect(await pia.get('/chips'), '/consent');
    const page = await pia.get('/consent');
    expect(page.text('.terms h2')).toBe('Our terms');
    expect(page.text('.terms p')).toContain('Be <b>good</b>.');
    expect((await pia.post('/consent', { accept: 'on', version: '1' })).status).toBe(409);
    expectRedirect(await pia.post('/consent', { accept: 'on', version: '2' }), '/');
    expect((await pia.get('/chips')).status).toBe(200);
    expect(consents(portal, 'pia')).toEqual([1, 2]);
    await app.close();
  });

  test('is read in each language, and accepted once for all three', async () => {
    const portal = await openPortal();
    write(portal, JSON.stringify(OWN));
    const { app, pia } = await restart(portal);
    for (const [language, text] of [
      ['fr', OWN.fr],
      ['ar', OWN.ar],
      ['en', 'Our terms'],
    ] as const) {
      await pia.post('/language', { language, back: '/consent' });
      expect((await pia.get('/consent')).text('.terms')).toContain(text);
    }
    await pia.post('/language', { language: 'ar' });
    await pia.post('/consent', { accept: 'on', version: '2' });
    await pia.post('/language', { language: 'fr' });
    expect((await pia.get('/chips')).status).toBe(200);
    expect(consents(portal, 'pia')).toEqual([1, 2]);
    await app.close();
  });

  test('taken back to an earlier version is not asked of those who accepted that one', async () => {
    const portal = await openPortal();
    write(portal, JSON.stringify(OWN));
    const second = await restart(portal);
    await second.pia.post('/consent', { accept: 'on', version: '2' });
    await second.app.close();
    expect((await portal.pia.get('/chips')).status).toBe(200);
  });

  test.each([
    ['no JSON', '{'],
    ['no version', JSON.stringify({ ...OWN, version: undefined })],
    ['version 0', JSON.stringify({ ...OWN, version: 0 })],
    ['half a version', JSON.stringify({ ...OWN, version: 1.5 })],
    ['a language missing', JSON.stringify({ ...OWN, ar: undefined })],
    ['an empty text', JSON.stringify({ ...OWN, fr: '' })],
  ])('with %s stops the start and names the file', async (_, text) => {
    const portal = await openPortal();
    write(portal, text);
    expect(() => loadTerms(portal.dataDir)).toThrow(ConfigError);
    expect(() => loadTerms(portal.dataDir)).toThrow(/terms\.json must hold version/);
  });
});
