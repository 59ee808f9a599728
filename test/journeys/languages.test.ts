import { expect, it } from 'vitest';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';
import type { Person } from './steps.ts';

/** The language and direction of the page, and whether it scrolls sideways. */
const spoken = ({ page }: Person) =>
  page.locator('html').evaluate((root) => {
    const { lang, dir, scrollWidth, clientWidth } = root;
    return { lang, dir, fits: scrollWidth <= clientWidth };
  });

/** On which half of the page something lies. */
const sideOf = async ({ page }: Person, selector: string) => {
  const box = await page.locator(selector).first().boundingBox();
  const width = page.viewportSize()?.width ?? 0;
  return box !== null && box.x + box.width / 2 > width / 2 ? 'right' : 'left';
};

describeInBrowser('the language', filled, (journey) => {
  it('is switched by keyboard, and one is back where one was, mirrored', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/chips?status=approved&sort=make');
    expect(await sideOf(admin, '#side-panel')).toBe('left');
    const { page } = admin;
    await page.locator('.languages > button').focus();
    await page.keyboard.press('Enter');
    await page.locator('#language-menu button[value=en]:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('#language-menu button[value=fr]:focus').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('html[lang=ar][dir=rtl]').waitFor();
    expect(new URL(page.url()).search).toBe('?status=approved&sort=make');
    expect(await spoken(admin)).toEqual({ lang: 'ar', dir: 'rtl', fits: true });
    expect(await sideOf(admin, '#side-panel')).toBe('right');
    expect(await sideOf(admin, '.languages')).toBe('left');
    expect(await sideOf(admin, 'tbody th')).toBe('right');
    expect(await page.locator('tbody th bdi').first().textContent()).toBe('Acme');
  });

  it('is switched without JavaScript, before signing in and after', async () => {
    const partner = await journey.person({ javaScriptEnabled: false });
    await partner.open('/register');
    const { page } = partner;
    await page.locator('.languages > button').click();
    await page.locator('#language-menu').getByRole('button', { name: 'Français' }).click();
    expect(await spoken(partner)).toEqual({ lang: 'fr', dir: 'ltr', fits: true });
    expect(new URL(page.url()).pathname).toBe('/register');
    expect(await page.locator('main [name=language]').inputValue()).toBe('fr');
    await partner.open('/login');
    await partner.fill({ identifier: 'lars', password: PASSWORD });
    await page.locator('main button[type=submit]').click();
    expect(await spoken(partner)).toMatchObject({ lang: 'en', dir: 'ltr' });
    await page.locator('.languages > button').click();
    await page.locator('#language-menu').getByRole('button', { name: 'العربية' }).click();
    expect(await spoken(partner)).toEqual({ lang: 'ar', dir: 'rtl', fits: true });
  });

  it('keeps what is typed apart from the direction of the page', async () => {
    const guest = await journey.person({ locale: 'ar' });
    await guest.open('/register');
    const { page } = guest;
    const styleOf = (name: string) =>
      page.locator(`main [name=${name}]`).evaluate((field) => {
        const { direction, unicodeBidi } = field.ownerDocument.defaultView.getComputedStyle(field);
        return `${direction} ${unicodeBidi}`;
      });
    for (const name of ['organization', 'address', 'firstName']) expect(await styleOf(name)).toBe('rtl plaintext');
    for (const name of ['email', 'phone', 'username', 'password']) expect(await styleOf(name)).toMatch(/^ltr /);
  });
});
