import { expect, it } from 'vitest';
import { describeInBrowser, empty } from './journey.ts';
import { type Deactivate, type Decide, forgetPassword, joinAndSubmit, renewRejectDeactivate } from './workflow.ts';

describeInBrowser('the whole workflow, without JavaScript', empty, (journey) => {
  it('goes from the first admin to the last deactivation', async () => {
    const { portal } = journey;
    const [admin, partner] = [
      await journey.person({ javaScriptEnabled: false }),
      await journey.person({ javaScriptEnabled: false }),
    ];
    await joinAndSubmit(portal, admin, partner);

    // A download says so on the next page, once.
    await partner.open('/partner-certificate');
    await partner.download('Download original');
    await partner.open('/chips');
    await partner.sees('certificate-downloaded');
    await partner.open('/chips');
    expect(await partner.page.locator('[data-flash]').count()).toBe(0);

    /** Decides on the page that stands for the popup. */
    const decide: Decide = async (row, decision, reason = '') => {
      await admin.open('/chips?status=pending_approval');
      await admin.act(row, 'Approve / Reject');
      await admin.page.waitForURL(/\/decision\/new$/);
      if (decision === 'Reject') {
        await admin.press('Reject', 'main');
        await admin.isRefused('PMP-FV-001');
        await admin.fill({ reason });
      }
      await admin.press(decision, 'main');
      await admin.sees(decision === 'Approve' ? 'chip-approved' : 'chip-rejected');
      await admin.hasStatus(decision === 'Approve' ? 'approved' : 'rejected');
    };
    const deactivate: Deactivate = async (who, row, reason) => {
      await who.open('/chips?status=approved');
      await who.act(row, 'Deactivate');
      await who.page.waitForURL(/\/deactivation\/new$/);
      if (reason !== undefined) await who.fill({ reason });
      await who.press('Deactivate', 'main');
      await who.sees('chip-deactivated');
      await who.hasStatus('deactivated');
    };
    await decide('FTM-A100', 'Approve');
    await renewRejectDeactivate(portal, admin, partner, { decide, deactivate });
    await forgetPassword(portal, partner);

    // Search and filters are a plain form.
    await admin.open('/chips');
    await admin.page.locator('#filter-q').fill('B200');
    await admin.page.keyboard.press('Enter');
    await admin.page.waitForURL(/[?&]q=B200/);
    await admin.page.locator('#chip-list[data-total="1"]').waitFor();

    // The hamburger is a checkbox: it works as well.
    await admin.page.setViewportSize({ width: 390, height: 800 });
    await admin.open('/');
    await admin.page.locator('#side-panel').waitFor({ state: 'hidden' });
    await admin.page.locator('#menu-toggle').check();
    await admin.press('Partners', '#side-panel');
    await admin.page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
  });
});
