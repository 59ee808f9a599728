import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, type LivePortal, launchBrowser, openPage, startLivePortal } from '../support/browser.ts';
import { Person } from './steps.ts';
import { forgetPassword, joinAndSubmit, renewRejectDeactivate } from './workflow.ts';

const executable = findChromium();

describe.skipIf(executable === undefined)('the whole workflow, without JavaScript', () => {
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
    const open = async () =>
      new Person(await openPage(await browser.newContext({ javaScriptEnabled: false }), complaints), portal.url);
    const [admin, partner] = [await open(), await open()];
    await joinAndSubmit(portal, admin, partner);

    // A download says so on the next page.
    await partner.open('/partner-certificate');
    await partner.download('Download original');
    await partner.open('/chips');
    await partner.sees('certificate-downloaded');

    /** Decides on the page that stands for the popup. */
    const decide = async (row: string, decision: 'Approve' | 'Reject', reason = '') => {
      await admin.open('/chips?status=pending_approval&sort=submitted');
      await admin.act(row, 'Approve / Reject');
      if (decision === 'Reject') {
        await admin.press('Reject', 'main');
        await admin.isRefused('PMP-FV-001');
        await admin.fill({ reason });
      }
      await admin.press(decision, 'main');
      await admin.sees(decision === 'Approve' ? 'chip-approved' : 'chip-rejected');
      await admin.hasStatus(decision === 'Approve' ? 'approved' : 'rejected');
    };
    const deactivate = async (who: Person, row: string, reason?: string) => {
      await who.open('/chips?status=approved');
      await who.act(row, 'Deactivate');
      if (reason !== undefined) await who.fill({ reason });
      await who.press('Deactivate', 'main');
      await who.sees('chip-deactivated');
      await who.hasStatus('deactivated');
    };
    await decide('FTM-A100', 'Approve');
    await renewRejectDeactivate(portal, admin, partner, { decide, deactivate });
    await forgetPassword(portal, partner);

    // The hamburger is a checkbox: it works as well.
    await admin.page.setViewportSize({ width: 390, height: 800 });
    await admin.open('/');
    await admin.page.locator('#menu-toggle').check();
    await admin.press('Partners', '#side-panel');
    await admin.page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });
});
