import type { LivePortal } from '../support/browser.ts';
import type { Person } from './steps.ts';

/** A screen in one of its states: its name, and how one gets there. */
export type Screen = readonly [name: string, show: (person: Person) => Promise<void>];

const page = (path: string): Screen => [path, (person) => person.open(path)];

/** The page of the first row of a list, or one below it. */
const ofRow = (list: string, below = ''): Screen => [
  `${list} → first row${below}`,
  async (person) => {
    await person.open(list);
    const href = await person.page.locator('tbody tr th a').first().getAttribute('href');
    await person.open(`${href}${below}`);
  },
];

/** A form sent with nothing in it, past the browser's own checks. */
const refused = (path: string, codes: string): Screen => [
  `${path} refused`,
  async (person) => {
    await person.open(path);
    await person.page
      .locator('main form[method=post]')
      .first()
      .evaluate((form) => Object.assign(form, { noValidate: true }).requestSubmit());
    await person.page.locator(`[role=alert][data-codes^="${codes}"]`).waitFor();
  },
];

const menuOpen = (list: string): Screen => [
  `${list} menu open`,
  async (person) => {
    await person.open(list);
    await person.page.locator('.action-menu button').first().click();
    await person.page.locator('.menu:popover-open').waitFor();
  },
];

const dialogOpen = (list: string, action: string): Screen => [
  `${list} ${action}`,
  async (person) => {
    await person.open(list);
    await person.act('FTM', action);
    await person.page.locator('dialog[open] #dialog-title').waitFor();
  },
];

const userMenuOpen: Screen = [
  'user menu open',
  async (person) => {
    await person.open('/profile');
    await person.page.locator('.user-menu button').first().click();
    await person.page.locator('#user-menu:popover-open').waitFor();
  },
];

/** The panel behind the bell, filled. */
const bellOpen: Screen = [
  'notifications open',
  async (person) => {
    await person.open('/profile');
    await person.page.locator('.bell').click();
    await person.page.locator('#notification-panel:popover-open .all').waitFor();
    await person.page.locator('#notification-panel-title:focus').waitFor();
  },
];

const drawerOpen: Screen = [
  'side panel of a phone open',
  async (person) => {
    await person.page.setViewportSize({ width: 390, height: 900 });
    await person.open('/');
    await person.page.locator('#menu-toggle').check();
  },
];

export const GUEST: readonly Screen[] = [
  page('/login'),
  refused('/login', 'PMP-AU-001'),
  page('/register'),
  refused('/register', 'PMP-FV-001'),
  page('/forgot-password'),
  page('/reset-password?token=dead'),
  page('/nowhere'),
];

export const EMPTY_ADMIN: readonly Screen[] = [
  page('/'),
  page('/trust-store?type=root'),
  page('/trust-store?type=intermediate'),
  page('/chips'),
  page('/partners'),
  page('/notifications'),
  bellOpen,
];

/** Somebody who has registered and done nothing since. */
export const NEW_PARTNER: readonly Screen[] = [
  page('/'),
  page('/partner-certificate'),
  page('/partner-certificate/new'),
  refused('/partner-certificate/new', 'PMP-UP-003'),
  page('/chips'),
  page('/chips/new'),
];

export const PARTNER: readonly Screen[] = [
  page('/'),
  page('/partner-certificate'),
  page('/chips'),
  menuOpen('/chips'),
  page('/chips?q=nothing'),
  page('/chips/new'),
  refused('/chips/new', 'PMP-FV-001'),
  ofRow('/chips?status=pending_cert_upload'),
  ofRow('/chips?status=pending_cert_upload', '/certificate/new'),
  ofRow('/chips?status=pending_approval'),
  ofRow('/chips?status=approved'),
  ofRow('/chips?status=approved', '/certificate'),
  ofRow('/chips?status=approved', '/certificate/new'),
  ofRow('/chips?status=approved', '/deactivation/new'),
  dialogOpen('/chips?status=approved', 'Deactivate'),
  ofRow('/chips?status=rejected'),
  ofRow('/chips?status=rejected', '/certificate/new'),
  ofRow('/chips?status=deactivated'),
  page('/profile'),
  page('/partners'),
  page('/notifications'),
  page('/notifications?q=nothing'),
  bellOpen,
  drawerOpen,
  userMenuOpen,
];

export const ADMIN: readonly Screen[] = [
  page('/'),
  page('/trust-store?type=root'),
  page('/trust-store?type=intermediate'),
  menuOpen('/trust-store?type=root'),
  page('/trust-store/new?type=root'),
  refused('/trust-store/new?type=intermediate', 'PMP-UP-003'),
  ofRow('/trust-store?type=root'),
  ofRow('/trust-store?type=intermediate'),
  ofRow('/trust-store?type=intermediate', '/retirement/new'),
  dialogOpen('/trust-store?type=root', 'Retire'),
  [
    'retirement refused in the dialog',
    async (person) => {
      await person.press('Retire', 'dialog');
      await person.isRefused('PMP-FV-001');
    },
  ],
  page('/chips'),
  page('/chips?q=nothing'),
  page('/chips?status=pending_cert_upload'),
  ofRow('/chips?status=approved', '/deactivation/new'),
  ofRow('/chips?status=pending_approval'),
  ofRow('/chips?status=pending_approval', '/decision/new'),
  ofRow('/chips?status=pending_approval&sort=submitted', '/decision/new'),
  ofRow('/chips?status=pending_approval&sort=submitted', '/certificate'),
  dialogOpen('/chips?status=pending_approval', 'Approve / Reject'),
  [
    'decision refused in the dialog',
    async (person) => {
      await person.press('Reject', 'dialog');
      await person.isRefused('PMP-FV-001');
    },
  ],
  page('/partners'),
  menuOpen('/partners'),
  ofRow('/partners?q=asha'),
  ofRow('/partners?q=lars'),
  ofRow('/partners?q=lars', '/organization/new'),
  ofRow('/partners?q=lars', '/deactivation/new'),
  ofRow('/partners?q=lars', '/sign-out-everywhere/new'),
  page('/admins'),
  page('/admins/new'),
  refused('/admins/new', 'PMP-FV-001'),
  page('/signing-ca'),
  page('/signing-ca/renewal/new'),
  page('/audit'),
  page('/notifications'),
  bellOpen,
  page('/profile'),
];

/** What an admin sees once the first root was retired. */
export const ADMIN_AFTER_RETIREMENT: readonly Screen[] = [
  [
    'root retired',
    async (person) => {
      await person.open('/trust-store?type=root&sort=uploaded');
      await person.act('FTM', 'Retire');
      await person.fill({ reason: 'Its key was used outside of the ceremony.' });
      await person.press('Retire', 'dialog');
      await person.sees('ca-retired');
      await person.hasStatus('retired');
    },
  ],
  page('/'),
  page('/trust-store?type=root'),
  page('/trust-store?type=intermediate'),
  ofRow('/trust-store?type=intermediate&sort=uploaded'),
  page('/partners'),
  ofRow('/partners?status=untrusted'),
  page('/chips?status=untrusted'),
  ofRow('/chips?status=untrusted'),
];

/** And a partner below it. */
export const PARTNER_AFTER_RETIREMENT: readonly Screen[] = [
  page('/'),
  page('/partner-certificate'),
  page('/chips'),
  ofRow('/chips?status=untrusted', '/certificate'),
];

/** The screen of a refused partner certificate: what was read, its chain, and every reason. */
export const refusedUpload = (portal: LivePortal, bytes: Buffer): Screen => [
  'refused certificate',
  async (person) => {
    await person.open('/partner-certificate/new');
    await person.upload(portal.file('refused.cer', bytes));
    await person.page.locator('[role=alert][data-codes*="KER-PCM-008"]').waitFor();
  },
];

/** What a person sees who has chosen a file and not sent it: the preview, once it says this. */
export const previewed = (portal: LivePortal, page: string, bytes: Buffer, heading: string): Screen => [
  `${page} preview: ${heading}`,
  async (person) => {
    await person.open(page);
    await person.choose(portal.file('chosen.cer', bytes));
    await person.page.locator('#preview .verdict h2', { hasText: heading }).waitFor();
  },
];

/** What became of a file with several CA certificates. */
export const uploadedBundle = (portal: LivePortal, bytes: Buffer): Screen => [
  'file with several certificates',
  async (person) => {
    await person.open('/trust-store/new');
    await person.upload(portal.file('bundle.pem', bytes));
    await person.sees('ca-partly-added');
  },
];
