import type { Page } from 'playwright-core';
import type { DemoPortal } from '../demo/portal.ts';

export type Who = 'guest' | 'asha' | 'lars' | 'meera';

/** A picture of the guide. */
export interface Shot {
  /** Of the file in `docs/images`. */
  readonly name: string;
  readonly who: Who;
  /** The address; with a ` → ` the one that the first row of a list leads to, and what follows it. */
  readonly path: string;
  /** What is done on the page before. */
  readonly before?: (page: Page, portal: DemoPortal) => Promise<void>;
  /** What of the page is shown, as a selector; without it its content without the frame. */
  readonly part?: string;
  /** At most so much of it, in pixels from its top; 460 without it. */
  readonly height?: number;
}

const sample = (portal: DemoPortal, beginning: string): string => {
  const file = portal.samples.files.find(([name]) => name.startsWith(beginning))?.[0];
  if (file === undefined) throw new Error(`there is no sample ${beginning}`);
  return `${portal.samples.folder}/${file}`;
};

const choose = (beginning: string) => async (page: Page, portal: DemoPortal) => {
  await page.setInputFiles('input[type=file]', sample(portal, beginning));
  await page.waitForSelector('#preview .verdict');
};

/** The page behind the set-up link. */
export const SETUP = { name: 'setup', height: 640 } as const;

/** Every other picture, of the demonstration. */
export const SHOTS: readonly Shot[] = [
  { name: 'sign-in', who: 'guest', path: '/login', part: '.card' },
  { name: 'register', who: 'guest', path: '/register', height: 620 },
  { name: 'checklist', who: 'lars', path: '/', height: 345 },
  {
    name: 'upload-refused',
    who: 'lars',
    path: '/partner-certificate/new',
    before: choose('bad-unknown-issuer'),
    part: '#preview',
    height: 235,
  },
  {
    name: 'upload-accepted',
    who: 'asha',
    path: '/partner-certificate/new',
    before: choose('6-acme-partner'),
    part: '#preview',
    height: 290,
  },
  { name: 'partner-home', who: 'asha', path: '/', height: 415 },
  { name: 'own-chips', who: 'asha', path: '/chips', height: 520 },
  { name: 'chip-rejected', who: 'asha', path: '/chips?status=rejected → ', height: 300 },
  { name: 'profile', who: 'asha', path: '/profile', height: 325 },
  { name: 'admin-home', who: 'meera', path: '/', height: 600 },
  {
    name: 'ca-upload',
    who: 'meera',
    path: '/trust-store/new?type=root',
    before: choose('1-nordic-root'),
    part: '#preview',
    height: 300,
  },
  { name: 'retirement', who: 'meera', path: '/trust-store?type=intermediate → /retirement/new', height: 420 },
  { name: 'decision', who: 'meera', path: '/chips?status=pending_approval&q=A110 → /decision/new', height: 330 },
  {
    name: 'renewal',
    who: 'meera',
    path: '/chips?status=pending_approval&q=A105 → /decision/new',
    part: '.changes',
    height: 215,
  },
  {
    name: 'portal',
    who: 'meera',
    path: '/chips?status=pending_approval&q=A110 → /decision/new',
    part: 'body',
    height: 700,
  },
  { name: 'list', who: 'meera', path: '/chips?q=acme&sort=model&order=asc', height: 640 },
  { name: 'partner', who: 'meera', path: '/partners?q=asha → ', height: 400 },
  { name: 'admins', who: 'meera', path: '/admins' },
  { name: 'audit', who: 'meera', path: '/audit', height: 560 },
  { name: 'signing-ca', who: 'meera', path: '/signing-ca', height: 400 },
  { name: 'notifications', who: 'asha', path: '/notifications', height: 480 },
];
