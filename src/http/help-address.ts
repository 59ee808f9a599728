import type { FastifyRequest } from 'fastify';
import type { Person } from './session.ts';

type Reader = Person['role'] | 'guest';

/** Which page of the user guide helps where: the first beginning of a route's address that fits. */
export const CHAPTERS: Readonly<Record<Reader, readonly (readonly [route: string, chapter: string])[]>> = {
  guest: [
    ['/register', 'partner/register'],
    ['/setup', 'operations#the-first-admin'],
    ['/', 'account'],
  ],
  FTM_PROVIDER: [
    ['/consent', 'partner/register#the-terms-and-conditions'],
    ['/partner-certificate', 'partner/partner-certificate'],
    ['/chips/:id/certificate/new', 'partner/chips#upload-the-certificate-of-a-chip'],
    ['/chips/:id/certificate/preview', 'partner/chips#upload-the-certificate-of-a-chip'],
    ['/chips', 'partner/chips'],
    ['/notifications', 'notifications'],
    ['/profile', 'account'],
    ['/', 'partner'],
  ],
  PARTNER_ADMIN: [
    ['/trust-store', 'admin/trust-store'],
    ['/signing-ca', 'admin/signing-ca'],
    ['/partners', 'admin/partners'],
    ['/chips', 'admin/chips'],
    ['/admins', 'admin/admins'],
    ['/audit', 'admin/audit'],
    ['/notifications', 'notifications'],
    ['/profile', 'account'],
    ['/', 'admin'],
  ],
};

/** Where the help link of a page leads: into the user guide, to what the page is about. */
export function helpAddress({ routeOptions, person }: FastifyRequest): string {
  const route = routeOptions.url ?? '/';
  const chapter = CHAPTERS[person?.role ?? 'guest'].find(([beginning]) => route.startsWith(beginning))?.[1];
  return chapter === undefined ? '/help' : `/help/${chapter}`;
}
