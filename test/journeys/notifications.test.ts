import { expect, it } from 'vitest';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';

// Asha was told of decisions about her chips; others of hers wait for Meera. None of them has more than a panel shows.
describeInBrowser('notifications', filled, (journey) => {
  const focused =
    'document.activeElement.id || document.activeElement.getAttribute("aria-label") || document.activeElement.textContent';

  it('by keyboard alone: open the panel, dismiss one, see the others, close it', async () => {
    const asha = await journey.person();
    await asha.signIn('asha', PASSWORD);
    const { page } = asha;
    await page.locator('.bell').focus();
    await page.keyboard.press('Enter');
    await page.locator('#notification-panel-title:focus').waitFor();
    const items = page.locator('#notification-panel li');
    const all = await items.count();
    expect(all).toBeGreaterThan(2);
    const newest = await items.first().textContent();
    // Dismiss all; then of the newest the way on, and its own button.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(focused)).toBe('Dismiss all');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(focused)).toContain('Dismiss: Your chip');
    await page.keyboard.press('Enter');
    await asha.sees('notification-dismissed');
    await page.locator('#notification-panel-title:focus').waitFor();
    expect(await items.count()).toBe(all - 1);
    expect(await items.first().textContent()).not.toBe(newest);
    expect(await page.locator('.bell .count').getAttribute('data-shown')).toBe(String(all - 1));
    await page.keyboard.press('Escape');
    await page.locator('.bell:focus').waitFor();
    expect(await page.locator('#notification-panel').isVisible()).toBe(false);
  });

  it('on the page: filter, dismiss all, and the address keeps what is shown', async () => {
    const asha = await journey.person();
    await asha.signIn('asha', PASSWORD);
    const { page } = asha;
    await asha.open('/notifications');
    await page.locator('[name=state]').selectOption('unread');
    await page.waitForURL(/state=unread/);
    const unread = await page.locator('.bell .count').getAttribute('data-shown');
    await page.locator(`[data-total="${unread}"]`).waitFor();
    expect(await page.locator('tr[data-id]').count()).toBe(Number(unread));
    await asha.press('Dismiss all', 'main');
    await asha.sees('notifications-dismissed');
    await page.locator('#notification-list:focus[data-total="0"]').waitFor();
    expect(page.url()).toContain('state=unread');
    expect(await page.locator('.bell .count').count()).toBe(0);
  });

  it('without JavaScript: the panel leads to the page, and forms dismiss', async () => {
    const meera = await journey.person({ javaScriptEnabled: false });
    await meera.signIn('meera', PASSWORD);
    const { page } = meera;
    await page.locator('.bell').click();
    await page.locator('#notification-panel').getByRole('link').click();
    await page.waitForURL(/\/notifications$/);
    const row = page.locator('tr[data-kind="chip-waiting"]').first();
    await row.locator('button').click();
    await meera.sees('notification-dismissed');
    expect(await row.locator('[data-state="dismissed"]').count()).toBe(1);
    await row.getByRole('link', { name: 'Approve or reject' }).click();
    await page.waitForURL(/\/chips\/[0-9a-f]+\/decision\/new$/);
  });

  it('a chip that was decided waits no more', async () => {
    const meera = await journey.person();
    await meera.signIn('meera', PASSWORD);
    await meera.open('/chips?status=pending_approval');
    const before = await meera.page.locator('[data-total]').getAttribute('data-total');
    await meera.act('FTM', 'Approve / Reject');
    await meera.press('Approve', 'dialog');
    await meera.sees('chip-approved');
    await meera.open('/notifications');
    await meera.page.locator(`[data-total="${Number(before) - 1}"]`).waitFor();
  });
});
