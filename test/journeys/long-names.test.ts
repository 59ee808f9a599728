import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import type { LivePortal } from '../support/browser.ts';
import { asFile, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { REGISTRATION } from '../support/portal.ts';
import { type Answer, Visitor } from '../support/visitor.ts';
import { describeInBrowser, PASSWORD } from './journey.ts';
import type { Person } from './steps.ts';

/** The longest name that is taken, with no place to break it. */
const LONG = 'W'.repeat(128);
const NAMES = { firstName: LONG, lastName: LONG, organization: LONG };
const CHIP = { make: 'M'.repeat(36), model: 'W'.repeat(36) };
const REASON = 'R'.repeat(300);

/** Where a form that was taken leads. */
function done(answer: Answer): string {
  expect([answer.status, answer.codes]).toEqual([303, []]);
  return answer.location ?? '';
}

/** An admin, and a partner of the longest names with chips that were rejected, approved and are waiting. */
async function longNames({ app, db }: LivePortal): Promise<void> {
  await createFirstAdmin(db, { email: 'meera@authority.example', username: 'meera', password: PASSWORD });
  const [meera, pia, lars] = [new Visitor(app), new Visitor(app), new Visitor(app)];
  done(await meera.post('/login', { identifier: 'meera', password: PASSWORD }));
  done(await meera.post('/admins', { ...REGISTRATION, ...NAMES, username: 'otheradmin', email: 'other@x.example' }));
  const root = makeRoot();
  const ca = makeIntermediate(root);
  const file = (made: { der: Buffer }) => ({ name: 'a.cer', bytes: asFile(made) });
  const leaf = () => makeLeaf(ca, { subject: { O: LONG, CN: 'W'.repeat(64) } });
  for (const [type, made] of [['root', root] as const, ['intermediate', ca] as const])
    done(await meera.upload('/trust-store', file(made), { domain: 'FTM', type }));
  for (const [visitor, username] of [[pia, 'pia'] as const, [lars, 'lars'] as const]) {
    const email = `${'e'.repeat(50)}.${username}@${'d'.repeat(60)}.example`;
    done(await visitor.post('/register', { ...REGISTRATION, ...NAMES, username, email, address: LONG }));
    const version = (await visitor.get('/consent')).$('[name=version]').attr('value') ?? '';
    done(await visitor.post('/consent', { accept: 'on', version }));
  }
  done(await pia.upload('/partner-certificate', file(leaf())));
  for (const [index, decision] of ['rejection', 'approval', undefined].entries()) {
    const chip = done(await pia.post('/chips', { ...CHIP, model: `${CHIP.model.slice(1)}${index}` }));
    done(await pia.upload(chip.replace('/new', ''), file(leaf())));
    if (decision === undefined) continue;
    const path = chip.replace('/certificate/new', '');
    const page = await meera.get(`${path}/decision/new`);
    const certificateId = page.$('[name=certificateId]').first().attr('value') ?? '';
    done(await meera.post(`${path}/${decision}`, { certificateId, reason: REASON }));
  }
}

/** At which widths a page, or its dialog, scrolls sideways, and what it needs there. */
async function tooWide({ page }: Person, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const needed = await page.evaluate('document.scrollingElement.scrollWidth');
    if (needed !== width) faults.push(`${name}, ${width} px: needs ${needed}`);
    if (
      await page.evaluate(
        "[...document.querySelectorAll('dialog[open], [popover]:popover-open')].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)",
      )
    )
      faults.push(`${name}, ${width} px: what is open scrolls sideways`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

/** The pages of the first rows of a list. */
async function pagesOf(person: Person, list: string, ...below: readonly string[]): Promise<string[]> {
  await person.open(list);
  const href = await person.page.locator('tbody tr th a').first().getAttribute('href');
  return ['', ...below].map((each) => `${href}${each}`);
}

async function lookAt(person: Person, paths: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const path of paths) {
    await person.open(path);
    faults.push(...(await tooWide(person, path)));
  }
  return faults;
}

/** How high the bar is: one line of it, however long the names are. */
const barHeight = (page: Page) => page.locator('.top-bar').evaluate(({ offsetHeight }) => offsetHeight);

describeInBrowser('the longest names scroll no page sideways', longNames, (journey) => {
  it('to a partner', async () => {
    const pia = await journey.person();
    await pia.signIn('pia', PASSWORD);
    expect(await barHeight(pia.page)).toBeLessThanOrEqual(70);
    const paths = [
      '/',
      '/partner-certificate',
      '/partner-certificate/new',
      '/chips',
      '/notifications',
      '/profile',
      ...(await pagesOf(pia, '/chips?status=rejected', '/certificate')),
      ...(await pagesOf(pia, '/chips?status=approved', '/certificate', '/deactivation/new')),
    ];
    expect(await lookAt(pia, paths)).toEqual([]);
    await pia.open('/profile');
    await pia.page.locator('.bell').click();
    await pia.page.locator('#notification-panel-title:focus').waitFor();
    expect(await tooWide(pia, 'notifications open')).toEqual([]);
  });

  it('to a partner with everything still to do', async () => {
    const lars = await journey.person();
    await lars.signIn('lars', PASSWORD);
    expect(await lookAt(lars, ['/', '/chips', '/chips/new'])).toEqual([]);
  });

  it('to an admin', async () => {
    const meera = await journey.person();
    await meera.signIn('otheradmin', PASSWORD);
    const paths = [
      '/',
      '/partners',
      '/admins',
      '/audit',
      '/notifications',
      '/chips',
      ...(await pagesOf(meera, '/partners?q=pia', '/organization/new', '/deactivation/new')),
      ...(await pagesOf(meera, '/chips?status=pending_approval', '/decision/new', '/certificate')),
      `/admins/${journey.portal.db.$client.prepare("SELECT id FROM accounts WHERE username = 'otheradmin'").pluck().get()}/deactivation/new`,
      ...(await pagesOf(meera, '/trust-store?type=root', '/retirement/new')),
    ];
    expect(await lookAt(meera, paths)).toEqual([]);
    await meera.open('/chips?status=pending_approval');
    await meera.act('WW', 'Approve / Reject');
    await meera.page.locator('dialog[open] h2:focus').waitFor();
    expect(await tooWide(meera, 'decision in the dialog')).toEqual([]);
  });
});
