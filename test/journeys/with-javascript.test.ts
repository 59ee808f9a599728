import { expect, it } from 'vitest';
import { describeInBrowser, empty } from './journey.ts';
import { type Deactivate, type Decide, forgetPassword, joinAndSubmit, renewRejectDeactivate } from './workflow.ts';

describeInBrowser('the whole workflow, with JavaScript', empty, (journey) => {
  it('goes from the first admin to the last deactivation', async () => {
    const { portal } = journey;
    const [admin, partner] = [await journey.person(), await journey.person()];
    await joinAndSubmit(portal, admin, partner);

    /** Decides in the popup over the list: the row changes in place, focus returns to it, the page is not loaded anew. */
    const decide: Decide = async (row, decision, reason = '') => {
      await admin.open('/chips?status=pending_approval');
      await admin.markDocument();
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
      await admin.page.locator('dialog[open]').waitFor({ state: 'detached' });
      await admin.page.locator('tbody tr', { hasText: row }).locator(':focus').waitFor();
      expect(await admin.isSameDocument()).toBe(true);
    };
    const deactivate: Deactivate = async (who, row, reason) => {
      await who.open('/chips?status=approved');
      await who.markDocument();
      await who.act(row, 'Deactivate');
      await who.page.locator('dialog[open]').waitFor();
      if (reason !== undefined) await who.fill({ reason });
      await who.press('Deactivate', 'dialog');
      await who.sees('chip-deactivated');
      await who.hasStatus('deactivated', 'tbody');
      expect(await who.isSameDocument()).toBe(true);
    };
    await decide('FTM-A100', 'Approve');
    await renewRejectDeactivate(portal, admin, partner, { decide, deactivate });
    await forgetPassword(portal, partner);
  });
});
