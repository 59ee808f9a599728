import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../src/i18n/index.ts';
import { chipIn, openChipPortal } from '../chips/support.ts';
import { openPortal } from '../support/portal.ts';
import { type Answer, ORIGIN, type Visitor } from '../support/visitor.ts';

const NAMES: Record<Language, string> = { en: 'English', fr: 'Français', ar: 'العربية' };
const DIRECTIONS: Record<Language, string> = { en: 'ltr', fr: 'ltr', ar: 'rtl' };

/** The switch of a page: where it leads back to. */
function switchOf(page: Answer): string | undefined {
  const form = page.$('form.languages[method=post][action="/language"]');
  expect(form).toHaveLength(1);
  const buttons = form.find('button[name=language]').toArray();
  const offered = buttons.map((button) => [page.$(button).attr('value'), page.$(button).text()]);
  expect(offered).toEqual(LANGUAGES.map((code) => [code, NAMES[code]]));
  for (const button of buttons) expect(page.$(button).attr('lang')).toBe(page.$(button).attr('value'));
  expect(form.find('[aria-current=true]').attr('value')).toBe(page.$('html').attr('lang'));
  return form.find('[name=back]').attr('value');
}

describe.each(LANGUAGES)('in %s', (language) => {
  const speak = async (visitor: Visitor) => {
    await visitor.post('/language', { language });
    return visitor;
  };
  const expectSpoken = (page: Answer) => {
    expect(page.$('html').attr()).toEqual({ lang: language, dir: DIRECTIONS[language] });
  };

  test('pages before signing in', async () => {
    const guest = await speak((await openPortal()).guest);
    for (const path of [
      '/login',
      '/register',
      '/forgot-password',
      '/reset-password?token=x',
      '/setup?token=x',
      '/no',
    ]) {
      const page = await guest.get(path);
      expectSpoken(page);
      expect(switchOf(page)).toBe(path);
    }
  });

  test('pages of a partner, errors among them', async () => {
    const pia = await speak((await openPortal()).pia);
    for (const path of ['/', '/chips?q=a&page=2', '/consent', '/profile', '/nowhere', '/partners', '/chips/new']) {
      const page = await pia.get(path);
      expectSpoken(page);
      expect(switchOf(page)).toBe(path);
    }
  });

  test('pages of an admin', async () => {
    const ada = await speak((await openPortal()).ada);
    for (const path of ['/', '/trust-store?type=intermediate', '/partners', '/admins', '/audit', '/signing-ca']) {
      const page = await ada.get(path);
      expectSpoken(page);
      expect(page.status).toBe(200);
      expect(switchOf(page)).toBe(path);
    }
  });
});

describe('from a refused form the switch leads to the page of the form', () => {
  const leadsTo = (page: Answer, path: string, status = 422) => {
    expect({ status: page.status, back: switchOf(page) }).toEqual({ status, back: path });
  };

  test('before signing in', async () => {
    const { guest } = await openPortal();
    leadsTo(await guest.post('/login'), '/login');
    leadsTo(await guest.post('/login', { next: '/chips?page=2' }), '/login?next=%2Fchips%3Fpage%3D2');
    leadsTo(await guest.post('/register'), '/register');
    leadsTo(await guest.post('/forgot-password'), '/forgot-password');
    leadsTo(await guest.post('/reset-password?token=dead'), '/reset-password?token=dead', 410);
  });

  test('of a partner', async () => {
    const portal = await openChipPortal();
    const waiting = await chipIn(portal, 'pending_cert_upload');
    const approved = await chipIn(portal, 'approved', 'X2');
    const { pia } = portal;
    leadsTo(await pia.post('/chips'), '/chips/new');
    leadsTo(await pia.upload('/partner-certificate', []), '/partner-certificate/new');
    leadsTo(await pia.upload('/partner-certificate/preview', []), '/partner-certificate/new', 200);
    leadsTo(await pia.upload(`${waiting}/certificate`, []), `${waiting}/certificate/new`);
    leadsTo(await pia.upload(`${waiting}/certificate/preview`, []), `${waiting}/certificate/new`, 200);
    leadsTo(await pia.post(`${approved}/deactivation`, { reason: 'x'.repeat(1001) }), `${approved}/deactivation/new`);
    leadsTo(await pia.post('/profile/password'), '/profile');
    leadsTo(await pia.post('/profile/email'), '/profile');
    leadsTo(await pia.post('/consent'), '/consent', 409);
  });

  test('of an admin', async () => {
    const portal = await openChipPortal();
    const { ada } = portal;
    const chip = await chipIn(portal, 'pending_approval');
    const partner = `/partners/${portal.idOf('otto')}`;
    const fields = { type: 'intermediate', domain: 'FTM' };
    leadsTo(await ada.upload('/trust-store', [], fields), '/trust-store/new?type=intermediate');
    leadsTo(await ada.upload('/trust-store/preview', [], fields), '/trust-store/new?type=intermediate', 200);
    leadsTo(await ada.post('/admins'), '/admins/new');
    leadsTo(await ada.post(`${chip}/rejection`), `${chip}/decision/new`, 409);
    leadsTo(await ada.post(`${partner}/organization`), `${partner}/organization/new`);
    leadsTo(await ada.post(`${partner}/deactivation`), `${partner}/deactivation/new`);
  });

  test('and the way back is one that the switch takes', async () => {
    const portal = await openPortal();
    const refused = await portal.ada.upload('/trust-store', [], { type: 'intermediate', domain: 'FTM' });
    const answer = await portal.ada.post('/language', { language: 'ar', back: switchOf(refused) ?? '' });
    expect(answer.location).toBe('/trust-store/new?type=intermediate');
    const page = await portal.ada.get(answer.location ?? '');
    expect(page.$('html').attr('dir')).toBe('rtl');
    expect(page.$('form[enctype] [name=type]').attr('value')).toBe('intermediate');
  });
});

describe('before anything was chosen the browser is asked', () => {
  test.each<[string, Language]>([
    ['fr', 'fr'],
    ['ar-EG, en;q=0.5', 'ar'],
    ['de, fr-CH;q=0.8, ar;q=0.9', 'ar'],
    ['en;q=0.1, FR;q=0.2', 'fr'],
    ['fr;q=0, en;q=0.1', 'en'],
    ['arn, fr;q=0.1', 'fr'],
    ['de, es', 'en'],
    ['fr;q=x, ar;q=0.1', 'ar'],
    ['*', 'en'],
    [';;q=1,,,=', 'en'],
    ['', 'en'],
  ])('%j → %s', async (header, language) => {
    const { guest } = await openPortal();
    const page = await guest.get('/login', header === '' ? {} : { 'accept-language': header });
    expect(page.$('html').attr('lang')).toBe(language);
  });
});

test('a refusal before anybody was recognised speaks the language of the cookie', async () => {
  const { guest } = await openPortal();
  guest.cookies.set('pmp_language', 'ar');
  const answer = await guest.post('/login', {}, { origin: 'https://evil.example' });
  expect(answer.status).toBe(403);
  expect(answer.$('html').attr()).toEqual({ lang: 'ar', dir: 'rtl' });
  expect(switchOf(answer)).toBe('/login');
  expect(ORIGIN).not.toContain('evil');
});
