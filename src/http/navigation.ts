import type { FastifyRequest } from 'fastify';
import type { Format } from '../i18n/format.ts';
import type { Translate } from '../i18n/index.ts';
import type { Person } from './session.ts';

export interface NavigationItem {
  readonly href: string;
  readonly label: string;
  readonly icon: string;
  readonly current: boolean;
  /** What waits there; null where nothing is counted. */
  readonly badge: Badge | null;
}

/** A number beside a place; nothing is shown for 0. */
export interface Badge {
  readonly count: number;
  readonly text: string;
  readonly label: string;
}

/** How many things wait, by the place's address. */
export type Waiting = Readonly<Record<string, number>>;

/** Beyond this a badge says "999+", and nobody needs to count on. */
export const MOST_SHOWN = 999;

interface Reader {
  readonly t: Translate;
  readonly fmt: Format;
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
export function navigationOf(person: Person, path: string, reader: Reader, waiting: Waiting): NavigationItem[] {
  const { t } = reader;
  return PLACES[person.role].map(({ href, key, icon }) => ({
    href,
    label: t(`navigation.${key}`),
    icon,
    current: href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`),
    badge: waiting[href] === undefined ? null : badgeOf(reader, waiting[href]),
  }));
}

/** The badge of a place where so many things wait. */
export function badgeOf(reader: Reader, count: number): Badge {
  const text = countUpTo(reader, count);
  return { count, text, label: reader.t('navigation.waiting', { number: text }) };
}

/** A number as a badge shows it. */
export function countUpTo({ fmt }: Pick<Reader, 'fmt'>, count: number): string {
  return count > MOST_SHOWN ? `${fmt.number(MOST_SHOWN)}+` : fmt.number(count);
}

/** The first step of every breadcrumb. */
export function homeCrumb({ t }: FastifyRequest): { label: string; href: string } {
  return { label: t('navigation.home'), href: '/' };
}
