import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, type LivePortal, launchBrowser, openPage, startLivePortal } from '../support/browser.ts';
import { Person } from './steps.ts';
import { forgetPassword, joinAndSubmit, renewRejectDeactivate } from './workflow.ts';

const executable = findChromium();

describe.skipIf(executable === undefined)('the whole workflow, with JavaScript', () => {
  let browser: Browser;
  let portal: LivePortal;

  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '');
    portal = await startLivePortal();
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
  });

  it('goes from the first admin to the last deactivation', { timeout: 300_000 }, async () => {
    const complaints: string[] = [];
    const admin = new Person(await openPage(await browser.newContext(), complaints), portal.url);
    const partner = new Person(await openPage(await browser.newContext(), complaints), portal.url);
    await joinAndSubmit(portal, admin, partner);

    /** Decides in the popup over the list: the row changes in place, the page is not loaded anew. */
    const decide = async (row: string, decision: 'Approve' | 'Reject', reason = '') => {
      await admin.open('/chips?status=pending_approval&sort=submitted');
      await admin.page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      await admin.act(row, 'Approve / Reject');
      await admin.page.locator('dialog[open]').waitFor();
      if (decision === 'Reject') {
        await admin.press('Reject', 'dialog');
        await admin.isRefused('PMP-FV-001');
        await admin.fill({ reason });
      }
      await admin.press(decision, 'dialog');
      await admin.sees(decision === 'Approve' ? 'chip-approved' : 'chip-rejected');
      await admin.hasStatus(decision === 'Approve' ? 'approved' : 'rejected', 'tbody');
      expect(await admin.page.locator('dialog[open]').count()).toBe(0);
      expect(await admin.page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
    };
    const deactivate = async (who: Person, row: string, reason?: string) => {
      await who.open('/chips?status=approved');
      await who.act(row, 'Deactivate');
      await who.page.locator('dialog[open]').waitFor();
      if (reason !== undefined) await who.fill({ reason });
      await who.press('Deactivate', 'dialog');
      await who.sees('chip-deactivated');
      await who.hasStatus('deactivated', 'tbody');
    };
    await decide('FTM-A100', 'Approve');
    await renewRejectDeactivate(portal, admin, partner, { decide, deactivate });
    await forgetPassword(portal, partner);
    expect(complaints).toEqual([]);
  });

  it('filters a list while one types, in place, and the address follows', { timeout: 60_000 }, async () => {
    const complaints: string[] = [];
    const admin = new Person(await openPage(await browser.newContext(), complaints), portal.url);
    await admin.signIn('meera', 'a long pass phrase 7');
    await admin.open('/chips');
    await admin.page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    await admin.page.locator('#filter-q').pressSequentially('B200');
    await admin.page.locator('#chip-list[data-total="1"]').waitFor();
    await admin.page.waitForURL(/[?&]q=B200/);
    expect(await admin.page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
    await admin.page.locator('#filter-q').fill('');
    await admin.page.locator('#chip-list[data-total="3"]').waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens and closes the side panel by keyboard, on a phone too', { timeout: 60_000 }, async () => {
    const complaints: string[] = [];
    const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
    const admin = new Person(await openPage(context, complaints), portal.url);
    await admin.signIn('meera', 'a long pass phrase 7');
    expect(await admin.page.locator('#side-panel').isVisible()).toBe(false);
    await admin.page.locator('#menu-toggle').focus();
    await admin.page.keyboard.press('Space');
    await admin.page.locator('#side-panel').waitFor({ state: 'visible' });
    await admin.press('Audit', '#side-panel');
    await admin.page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });
});
