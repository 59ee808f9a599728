import type { BrowserContext } from 'playwright-core';
import { PASSWORD } from '../demo/portal.ts';

export type Who = 'guest' | 'asha' | 'lars' | 'meera';

export const PEOPLE = ['guest', 'asha', 'meera'] as const;

/** Every kind of page, by who opens it; with a ` → ` the one that the first row of a list leads to, and what follows it. */
export const PAGES: Readonly<Record<Exclude<Who, 'lars'>, readonly string[]>> = {
  guest: [
    '/login',
    '/register',
    '/forgot-password',
    '/reset-password?token=dead',
    '/nowhere',
    '/help',
    '/help/account',
  ],
  asha: [
    '/',
    '/consent',
    '/partner-certificate',
    '/partner-certificate/new',
    '/chips?size=32',
    '/chips?q=nothing',
    '/chips/new',
    '/chips?status=approved → ',
    '/chips?status=approved → /certificate',
    '/chips?status=approved → /certificate/new',
    '/chips?status=approved → /deactivation/new',
    '/chips?status=rejected → ',
    '/notifications',
    '/profile',
    '/help/partner',
    '/help/partner/partner-certificate',
    '/help/partner/chips',
  ],
  meera: [
    '/',
    '/trust-store?type=root',
    '/trust-store/new?type=root',
    '/trust-store?type=root → ',
    '/trust-store?type=root → /retirement/new',
    '/partners',
    '/partners?q=asha → ',
    '/partners?q=lars → /organization/new',
    '/partners?q=asha → /deactivation/new',
    '/chips?size=32',
    '/chips?status=pending_approval → ',
    '/chips?status=pending_approval → /decision/new',
    '/admins',
    '/admins/new',
    '/signing-ca',
    '/signing-ca/renewal/new',
    '/audit?size=32',
    '/notifications',
    '/help/admin',
    '/help/admin/trust-store',
    '/help/admin/chips',
    '/help/operations',
    '/help/operations/mail',
    '/help/operations/keys',
    '/help/operations/disasters',
    '/help/certificate-rules',
  ],
};

/** Signs in; a guest does not. */
export async function signIn(context: BrowserContext, url: string, who: Who): Promise<void> {
  if (who === 'guest') return;
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.fill('[name=identifier]', who);
  await page.fill('[name=password]', PASSWORD);
  await page.click('main button[type=submit]');
  await page.waitForURL(`${url}/`);
  await page.close();
}

/** The address of a page. */
export async function addressOf(context: BrowserContext, url: string, path: string): Promise<string> {
  const [list = '', below] = path.split(' → ');
  if (below === undefined) return url + path;
  const page = await context.newPage();
  await page.goto(url + list);
  const href = await page.locator('tbody tr th a').first().getAttribute('href');
  await page.close();
  return `${url}${href}${below}`;
}
