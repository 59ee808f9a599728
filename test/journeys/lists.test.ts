import type { BrowserContextOptions } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, filled, type Journey, PASSWORD } from './journey.ts';

/** An admin who has opened a page. */
async function openAs(journey: Journey, path: string, options?: BrowserContextOptions) {
  const admin = await journey.person(options);
  await admin.signIn('meera', PASSWORD);
  await admin.open(path);
  await admin.markDocument();
  return admin;
}

describeInBrowser('a list, with JavaScript', filled, (journey) => {
  it('follows while one types, in place, and so does the address', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/chips');
    await admin.markDocument();
    await admin.page.locator('#filter-q').pressSequentially('A120');
    await admin.page.locator('#chip-list[data-total="1"]').waitFor();
    await admin.page.waitForURL(/[?&]q=A120/);
    expect(await admin.page.locator('#chip-list-total').textContent()).toContain('1');
    expect(await admin.page.locator('#filter-q:focus').inputValue()).toBe('A120');
    await admin.page.locator('#filter-q').fill('nothing like it');
    await admin.page.locator('#chip-list[data-total="0"]').waitFor();
    expect(await admin.isSameDocument()).toBe(true);
  });

  it('has what is asked for in its address, and nothing else; keeps the order while one goes on typing', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/chips');
    const search = () => new URL(admin.page.url()).search;
    await admin.page.getByRole('columnheader', { name: 'Model' }).getByRole('link').click();
    await admin.page.waitForURL(/\?sort=model$/);
    await admin.page.locator('#filter-q').fill('FTM-A9');
    await admin.page.locator('#chip-list[data-total="2"]').waitFor();
    expect(search()).toBe('?q=FTM-A9&sort=model');
    await admin.page.locator('#filter-status').selectOption('rejected');
    await admin.page.locator('#chip-list[data-total="1"]').waitFor();
    expect(search()).toBe('?q=FTM-A9&status=rejected&sort=model');
    await admin.page.locator('#filter-q').fill('');
    await admin.page.waitForURL(/\?status=rejected&sort=model$/);
    const [download] = await Promise.all([
      admin.page.waitForEvent('download'),
      admin.page.getByRole('link', { name: 'Export (CSV)' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^chips-\d{4}-\d\d-\d\d\.csv$/);
    expect(search()).toBe('?status=rejected&sort=model');
  });

  it('sorts in place, and Back leads to what was seen before', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/chips');
    await admin.markDocument();
    await admin.page.locator('#filter-q').fill('FTM-A9');
    await admin.page.locator('#chip-list[data-total="2"]').waitFor();
    await admin.page.getByRole('columnheader', { name: 'Model' }).getByRole('link').click();
    await admin.page.locator('th[aria-sort=ascending]').waitFor();
    await admin.page.waitForURL(/[?&]q=FTM-A9.*sort=model|sort=model.*q=FTM-A9/);
    expect(await admin.isSameDocument()).toBe(true);
    expect(await admin.page.locator('tbody [data-label=Model]').allTextContents()).toEqual(['FTM-A90', 'FTM-A95']);

    await admin.page.goBack();
    await admin.page.locator('th[aria-sort=ascending]').waitFor({ state: 'detached' });
    await admin.page.locator('#chip-list[data-total="2"]').waitFor();
    expect(await admin.page.locator('#filter-q').inputValue()).toBe('FTM-A9');
    await admin.page.goBack();
    await admin.page.locator('#chip-list[data-total="6"]').waitFor();
    expect(new URL(admin.page.url()).search).toBe('');
    expect(await admin.page.locator('#filter-q').inputValue()).toBe('');
  });

  it('keeps the focus on the header that was pressed, and tells the new order', async () => {
    const admin = await openAs(journey, '/chips');
    const { page } = admin;
    const told = page.locator('#announcer');
    const header = page.getByRole('columnheader', { name: 'Model' }).getByRole('link');
    await header.focus();
    await page.keyboard.press('Enter');
    await page.locator('th[aria-sort=ascending] a:focus', { hasText: 'Model' }).waitFor();
    await told.filter({ hasText: '6 in all. sorted by Model, ascending' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('th[aria-sort=descending] a:focus', { hasText: 'Model' }).waitFor();
    await told.filter({ hasText: 'sorted by Model, descending' }).waitFor();
    await page.locator('#filter-q').fill('FTM-A9');
    await told.filter({ hasText: /^2 found\. / }).waitFor();
    expect(await page.locator('#chip-list-total').textContent()).toBe('2 found');
    expect(await admin.isSameDocument()).toBe(true);
  });

  it('keeps the focus in the pager, also at its ends, and tells what is shown', async () => {
    const admin = await openAs(journey, '/audit');
    const { page } = admin;
    const told = page.locator('#announcer');
    const total = await page.locator('#audit-list').getAttribute('data-total');
    const press = async (name: string, focused: string, text: string) => {
      const link = page.locator('.pager').getByRole('link', { name, exact: true });
      await link.focus();
      await page.keyboard.press('Enter');
      await page.locator(`.pager ${focused}:focus`).waitFor();
      await told.filter({ hasText: text }).waitFor();
    };
    await press('Next', '[rel=next]', `${total} in all. 9–16 of ${total}`);
    await press('Page 1', '[aria-current=page]', `1–8 of ${total}`);
    await press('Page 2', '[aria-current=page]', `9–16 of ${total}`);
    await press('Previous', '[role=link][aria-disabled=true]', `1–8 of ${total}`);
    await press('16', '.sizes [aria-current]', `1–16 of ${total}`);
    expect(await admin.isSameDocument()).toBe(true);
  });

  it('stays as it is when another language is chosen', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    const asked = async () => [new URL(admin.page.url()).search, await admin.page.locator('#filter-q').inputValue()];
    await admin.open('/chips');
    await admin.page.locator('#filter-q').fill('FTM-A9');
    await admin.page.waitForURL(/[?&]q=FTM-A9/);
    await admin.page.locator('#chip-list[data-total="2"]').waitFor();
    await admin.speak('fr');
    expect(await asked()).toEqual(['?q=FTM-A9', 'FTM-A9']);
    await admin.page.locator('#filter-status').selectOption('rejected');
    await admin.page.locator('#chip-list[data-total="1"]').waitFor();
    await admin.page.goBack();
    await admin.page.locator('#chip-list[data-total="2"]').waitFor();
    await admin.speak('en');
    expect(await asked()).toEqual(['?q=FTM-A9', 'FTM-A9']);
    await admin.open('/notifications');
    await admin.page.locator('#filter-q').fill('nothing');
    await admin.page.waitForURL(/\?q=nothing$/);
    await admin.speak('fr');
    expect(await asked()).toEqual(['?q=nothing', 'nothing']);
    await admin.speak('en');
  });

  it('says why a short search finds nothing, with the field', async () => {
    const { page } = await openAs(journey, '/chips');
    await page.locator('#filter-q').fill('90');
    const hint = page.getByRole('searchbox', { description: /one or two letters.*beginnings of words/ });
    await hint.waitFor();
    await page.locator('#filter-q').fill('A90');
    await page.locator('#chip-list[data-total="1"]').waitFor();
    expect(await hint.count()).toBe(0);
    await page.locator('#filter-q').fill('nothing');
    await page.locator('#chip-list .empty').waitFor();
    expect(await hint.count()).toBe(0);
  });

  it('says at once that something was downloaded, and not again', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    await admin.open('/chips?status=approved');
    await admin.markDocument();
    const [download] = await Promise.all([
      admin.page.waitForEvent('download'),
      admin.act('FTM-A100', 'Download certificate'),
    ]);
    expect(download.suggestedFilename()).toMatch(/^asha-chip-certificate-.*\.cer$/);
    await admin.sees('certificate-downloaded');
    expect(await admin.page.locator('.menu:popover-open').count()).toBe(0);
    expect(await admin.isSameDocument()).toBe(true);
    await admin.page.getByRole('button', { name: 'Dismiss' }).click();
    await admin.page.locator('[data-flash]').waitFor({ state: 'detached' });
    await admin.open('/chips');
    expect(await admin.page.locator('[data-flash]').count()).toBe(0);
  });

  it('shows a refused file in place', async () => {
    const partner = await journey.person();
    await partner.signIn('lars', PASSWORD);
    await partner.open('/partner-certificate/new');
    await partner.markDocument();
    await partner.upload(journey.portal.file('notes.cer', Buffer.from('no certificate in here\n')));
    await partner.isRefused('KER-PCM-001');
    await partner.page.locator('[role=alert]:focus').waitFor();
    expect(await partner.isSameDocument()).toBe(true);
  });

  it('shows every status whole where it is chosen', async () => {
    const admin = await openAs(journey, '/chips', { viewport: { width: 1280, height: 900 } });
    const { page } = admin;
    for (const language of ['fr', 'ar', 'en'] as const) {
      await admin.speak(language);
      // Left to itself, a select is as wide as the longest of its options.
      const spare = await page.locator('#filter-status').evaluate((select) => {
        const own = select.cloneNode(true) as typeof select;
        own.style.cssText = 'inline-size: max-content; position: absolute';
        select.after(own);
        return select.clientWidth - own.clientWidth;
      });
      expect([language, spare >= 0]).toEqual([language, true]);
    }
  });

  it('shows every column, whatever stands in it', async () => {
    const partner = await journey.person();
    await partner.signIn('asha', PASSWORD);
    await partner.open('/chips/new');
    await partner.fill({ make: 'Acme', model: 'M'.repeat(36) });
    await partner.page.locator('main button[type=submit]').click();
    await partner.page.waitForURL(/\/certificate\/new/);
    const { db } = journey.portal;
    db.$client.exec(`UPDATE accounts SET first_name = '${'N'.repeat(128)}' WHERE username = 'lars'`);
    const admin = await openAs(journey, '/chips', { viewport: { width: 1280, height: 900 } });
    const { page } = admin;
    for (const path of ['/chips', '/partners']) {
      await admin.open(path);
      const beyond = await page.locator('.table').evaluate((table) => table.scrollWidth - table.clientWidth);
      expect([path, beyond]).toEqual([path, 0]);
    }
  });
});
