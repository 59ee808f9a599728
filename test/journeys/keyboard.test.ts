import { expect, it } from 'vitest';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';

const PHONE = { viewport: { width: 390, height: 800 } };

describeInBrowser('by keyboard alone', filled, (journey) => {
  it('opens the side panel of a phone, closes it, and goes somewhere', async () => {
    const { page, ...admin } = await signedIn(PHONE);
    const panel = page.locator('#side-panel');
    await panel.waitFor({ state: 'hidden' });
    await page.locator('#menu-toggle').focus();
    await page.keyboard.press('Space');
    await panel.waitFor({ state: 'visible' });
    await page.locator('#menu-toggle[aria-expanded=true]').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await page.locator('#menu-toggle[aria-expanded=false]:focus').waitFor();
    await page.keyboard.press('Space');
    await admin.tabTo('#side-panel a[href="/audit"]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
  });

  it('narrows the side panel of a wide screen, which stays so on the next page', async () => {
    const { page } = await signedIn();
    const label = page.locator('#side-panel a[href="/audit"] span');
    await label.waitFor({ state: 'visible' });
    await page.locator('#menu-toggle').focus();
    await page.keyboard.press('Space');
    const narrow = () => page.locator('#side-panel').evaluate((panel) => panel.getBoundingClientRect().width < 100);
    await expect.poll(narrow).toBe(true);
    await page.reload();
    await expect.poll(narrow).toBe(true);
    await page.locator('#menu-toggle[aria-expanded=false]').focus();
    await page.keyboard.press('Space');
    await page.reload();
    await expect.poll(narrow).toBe(false);
  });

  it('opens the menu of a row, walks through it, and leaves the dialog by Escape', async () => {
    const { page, ...admin } = await signedIn();
    await page.goto(`${journey.portal.url}/chips?status=pending_approval`);
    const opener = page.getByRole('button', { name: 'Actions for Acme FTM-A110' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const focused = (action: string) => page.locator('.menu a:focus', { hasText: action }).waitFor();
    await focused('Approve / Reject');
    await page.keyboard.press('ArrowDown');
    await focused('View details');
    await page.keyboard.press('End');
    await focused('Download certificate');
    await page.keyboard.press('ArrowDown');
    await focused('Approve / Reject');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] h2:focus').waitFor();
    await admin.tabTo('dialog textarea');
    await admin.tabTo('dialog button[form=rejection]');
    // A reason that was begun is not thrown away by Escape alone.
    await page.locator('dialog textarea').fill('half a reason');
    await page.keyboard.press('Escape');
    await page.locator('dialog [data-close-dialog]:focus').waitFor();
    expect(await page.locator('dialog textarea').inputValue()).toBe('half a reason');
    await page.locator('dialog textarea').fill('');
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Actions for Acme FTM-A110' }).and(page.locator(':focus')).waitFor();
  });

  it('skips to the content first', async () => {
    const { page } = await signedIn();
    await page.goto(`${journey.portal.url}/partners`);
    await page.keyboard.press('Tab');
    await page.locator('.skip:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#main:focus').waitFor();
  });

  async function signedIn(options = {}) {
    const admin = await journey.person(options);
    await admin.signIn('meera', PASSWORD);
    const { page } = admin;
    /** Presses Tab until something has the focus. */
    const tabTo = async (selector: string) => {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await page.locator(`${selector}:focus`).count()) > 0) return;
      }
      throw new Error(`Tab does not lead to ${selector}`);
    };
    return { page, tabTo };
  }
});
