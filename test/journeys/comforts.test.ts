import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { MINUTE } from '../../src/lib/durations.ts';
import { faultsOf } from './axe.ts';
import { describeInBrowser, filled, PASSWORD } from './journey.ts';
import type { Person } from './steps.ts';

const WAITING = '/chips?status=pending_approval&sort=submitted';
const NEXT = /^Next waiting chip/;

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/** Somebody whose browser's clock is moved by the test. */
async function signedIn(person: Person, name: string): Promise<Page> {
  await person.page.clock.install();
  await person.signIn(name, PASSWORD);
  return person.page;
}

/** What the bell's number says to the eye. */
const bell = (page: Page) => page.locator('.bell .count').getAttribute('data-shown');
const badge = (page: Page) => page.locator('#waiting-badge').getAttribute('data-shown');

describeInBrowser('from one decision to the next', filled, (journey) => {
  it('by keyboard: decided in the dialog, the next is under the finger, until nothing waits', async () => {
    const admin = await journey.person();
    await admin.signIn('meera', PASSWORD);
    const { page } = admin;
    await admin.open(WAITING);
    expect(await badge(page)).toBe('2');
    const unread = Number(await bell(page));
    await admin.markDocument();
    const [first = '', second = ''] = await page.locator('tbody tr').evaluateAll((rows) => rows.map(({ id }) => id));

    await page.locator(`#${first} .more`).press('Enter');
    // The browser tells of the open menu a moment later; only then the focus is on its first entry.
    await page.locator('.menu:popover-open a:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] h2:focus').waitFor();
    // A reason that was given before is taken with two keys, and sent by a third.
    await tabTo(page, 'dialog .earlier summary');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('dialog textarea:focus').waitFor();
    expect(await page.locator('dialog textarea').inputValue()).toBe(
      'The certificate is that of the evaluation board, not of the chip.',
    );
    await tabTo(page, 'dialog button[form=rejection]');
    await page.keyboard.press('Enter');
    await admin.sees('chip-rejected');
    await page.locator(`#${first} [data-status=rejected]`).waitFor();

    // The focus is in the row that was decided, on the way to the next.
    await page.locator(`#${first} a:focus`, { hasText: NEXT }).waitFor();
    expect(await page.locator('[data-next]:visible').count()).toBe(1);
    expect([await badge(page), await bell(page)]).toEqual(['1', String(unread - 1)]);
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] h2:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`#${first} a:focus`, { hasText: NEXT }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] h2:focus').waitFor();
    await tabTo(page, 'dialog form[action$="/approval"] button');
    await page.keyboard.press('Enter');
    await admin.sees('chip-approved');
    await page.locator(`#${second} [data-status=approved]`).waitFor();
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(await page.locator('[data-next]').count()).toBe(0);
    expect(await badge(page)).toBeNull();
    expect(await admin.isSameDocument()).toBe(true);
  });
});

describeInBrowser('a decision that comes too late', filled, (journey) => {
  it('shows the chip as it is now, also in the list behind the dialog', async () => {
    const [admin, other] = [await journey.person(), await journey.person()];
    for (const person of [admin, other]) await person.signIn('meera', PASSWORD);
    const { page } = admin;
    await admin.open(WAITING);
    const id = (await page.locator('tbody tr').first().getAttribute('id')) ?? '';
    const [waiting, unread] = [Number(await badge(page)), Number(await bell(page))];
    await admin.markDocument();
    await page.locator(`#${id} .more`).click();
    await page.locator(`#${id} [data-opens-dialog]`).first().click();
    await page.locator('dialog[open] h2:focus').waitFor();

    await other.open(`/chips/${id.replace('chip-', '')}/decision/new`);
    await other.press('Approve', 'main');
    await other.sees('chip-approved');

    await admin.press('Approve', 'dialog');
    await admin.isRefused('PMP-CH-002');
    await admin.press('Close', 'dialog');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.locator(`#${id} [data-status=approved]`).waitFor();
    expect(await page.locator(`#${id} a[href$="/decision/new"]`).count()).toBe(0);
    expect([Number(await badge(page)), Number(await bell(page))]).toEqual([waiting - 1, unread - 1]);
    await page.locator(`#${id} :focus`).waitFor();
    expect(await admin.isSameDocument()).toBe(true);
  });
});

describeInBrowser('from one decision to the next, without JavaScript', filled, (journey) => {
  it('page by page, with an earlier reason', async () => {
    const admin = await journey.person({ javaScriptEnabled: false });
    await admin.signIn('meera', PASSWORD);
    const { page } = admin;
    expect(await page.locator('.copy:visible, dialog:visible').count()).toBe(0);
    await page
      .locator('[data-section=waiting]')
      .getByRole('link', { name: /^Decide/ })
      .first()
      .click();
    await page.locator('.earlier summary').click();
    await page.locator('.earlier a').click();
    expect(await page.locator('textarea').inputValue()).toContain('evaluation board');
    await admin.press('Reject', 'main');
    await admin.sees('chip-rejected');
    await page.locator(`main a:focus`, { hasText: NEXT }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Decide about/, level: 1 }).waitFor();
    await admin.press('Approve', 'main');
    await admin.sees('chip-approved');
    expect(await page.locator('[data-next]').count()).toBe(0);
  });
});

describeInBrowser('copying', filled, (journey) => {
  const copied = async (person: Person) => {
    const { page } = person;
    await person.signIn('asha', PASSWORD);
    await person.open('/chips?status=approved');
    await page.locator('tbody th a').first().click();
    const button = page.getByRole('button', { name: 'Copy: Chip ID' });
    const id = await button.getAttribute('data-copy');
    await button.click();
    await page.locator('#announcer', { hasText: 'Copied: Chip ID' }).waitFor();
    await page.locator('.copy[data-done]').waitFor();
    // What was copied comes out again where something can be typed.
    await person.open('/chips');
    await page.locator('#filter-q').focus();
    await page.keyboard.press('Control+V');
    expect(await page.locator('#filter-q').inputValue()).toBe(id);
  };

  it('puts an id into the clipboard, and says so', async () => {
    await copied(await journey.person({ permissions: ['clipboard-read', 'clipboard-write'] }));
  });

  it('works where the browser has no clipboard to offer, as on plain http', async () => {
    const person = await journey.person();
    await person.page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await copied(person);
  });
});

describeInBrowser('before the session ends', filled, (journey) => {
  it('asks whether somebody is there, counts down, and stays when told to, in every tab', async () => {
    const partner = await journey.person();
    const page = await signedIn(partner, 'asha');
    // The clock is that of the browser: the other tab goes with it.
    const other = await page.context().newPage();
    await other.goto(`${journey.portal.url}/chips/new`);
    await partner.open('/chips/new');
    await partner.fill({ make: 'Acme' });
    // The end of a session is moved to the minute, and the way here took a while.
    await page.clock.runFor(24 * MINUTE);
    expect(await page.locator('#idle[open]').count()).toBe(0);
    await page.clock.runFor(MINUTE);
    await page.locator('#idle[open]').waitFor();
    await page.locator('#idle [data-stay]:focus').waitFor();
    await page.locator('#idle [role=timer]', { hasText: /^4:\d\d$/ }).waitFor();
    await page.clock.runFor(MINUTE);
    await page.locator('#idle [role=timer]', { hasText: /^3:\d\d$/ }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await other.locator('#idle[open]').waitFor();

    await page.keyboard.press('Enter');
    await page.locator('#idle[open]').waitFor({ state: 'detached' });
    // The other tab hears of it.
    await other.locator('#idle[open]').waitFor({ state: 'detached' });
    await page.locator('[name=make]:focus').waitFor();
    expect(await page.locator('[name=make]').inputValue()).toBe('Acme');
  });

  it('says when the portal cannot be reached, and goes on', async () => {
    const partner = await journey.person();
    const page = await signedIn(partner, 'asha');
    await page.clock.runFor(26 * MINUTE);
    await page.locator('#idle[open]').waitFor();
    await page.route('**/session/extension', (route) => route.fulfill({ status: 404, body: '' }));
    await partner.press('Stay signed in', '#idle');
    await page.locator('#idle .problem', { hasText: 'could not be reached' }).waitFor();
    await page.unroute('**/session/extension');
    await partner.press('Stay signed in', '#idle');
    await page.locator('#idle[open]').waitFor({ state: 'detached' });
  });

  it('at the end leads to the sign-in, and after it what was typed is there again, not sent', async () => {
    const partner = await journey.person();
    const page = await signedIn(partner, 'asha');
    await partner.open('/chips/new');
    await partner.fill({ make: 'Acme', model: 'typed & not sent' });
    await page.clock.runFor(31 * MINUTE);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await partner.fill({ identifier: 'asha', password: PASSWORD });
    await partner.press('Sign in', 'main');
    await page.locator('[data-filled-again]').waitFor();
    expect(new URL(page.url()).pathname).toBe('/chips/new');
    expect(await page.locator('[name=model]').inputValue()).toBe('typed & not sent');
    await partner.press('Add chip');
    await partner.sees('chip-added');
  });

  it('keeps a reason that was typed in the dialog', async () => {
    const admin = await journey.person();
    const page = await signedIn(admin, 'meera');
    await admin.open(WAITING);
    await admin.act('FTM', 'Approve / Reject');
    await page.locator('dialog[open] textarea').fill('half a reason');
    await page.clock.runFor(31 * MINUTE);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await admin.fill({ identifier: 'meera', password: PASSWORD });
    await admin.press('Sign in', 'main');
    await page.getByRole('heading', { name: /^Decide about/, level: 1 }).waitFor();
    expect(await page.locator('textarea').inputValue()).toBe('half a reason');
  });
});
