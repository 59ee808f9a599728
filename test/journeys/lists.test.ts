import { expect, it } from 'vitest';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';

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
});
