import type { FastifyRequest } from 'fastify';
import type { Translate } from '../i18n/index.ts';
import type { Person } from './session.ts';

export interface NavigationItem {
  readonly href: string;
  readonly label: string;
  readonly icon: string;
  readonly current: boolean;
}

const PLACES: Record<Person['role'], readonly { href: string; key: string; icon: string }[]> = {
  FTM_PROVIDER: [
    { href: '/', key: 'home', icon: 'house' },
    { href: '/partner-certificate', key: 'partner-certificate', icon: 'file-badge' },
    { href: '/chips', key: 'chip-services', icon: 'cpu' },
  ],
  PARTNER_ADMIN: [
    { href: '/', key: 'home', icon: 'house' },
    { href: '/trust-store', key: 'trust-store', icon: 'shield-check' },
    { href: '/partners', key: 'partners', icon: 'users' },
    { href: '/chips', key: 'chips', icon: 'cpu' },
    { href: '/admins', key: 'admins', icon: 'user-cog' },
    { href: '/audit', key: 'audit', icon: 'scroll-text' },
  ],
};

/** The places of the side panel for a person, the one that `path` lies in marked as current. */
export function navigationOf(person: Person, path: string, t: Translate): NavigationItem[] {
  return PLACES[person.role].map(({ href, key, icon }) => ({
    href,
    label: t(`navigation.${key}`),
    icon,
    current: href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`),
  }));
}

/** The first step of every breadcrumb. */
export function homeCrumb({ t }: FastifyRequest): { label: string; href: string } {
  return { label: t('navigation.home'), href: '/' };
}
