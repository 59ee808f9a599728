import type { Format } from '../i18n/format.ts';
import type { Translate } from '../i18n/index.ts';
import type { Kind } from './kinds.ts';
import type { ListedNotification } from './store.ts';

/** For whom, in which zone and when something is worded. */
export interface Reader {
  readonly t: Translate;
  readonly fmt: Format;
  readonly at: number;
}

/** A notification in the reader's language: what happened, why, and where one goes about it. */
export interface Told {
  readonly text: string;
  readonly reason: string | null;
  readonly link: { readonly href: string; readonly label: string } | null;
}

/** Words a notification as it stands at `at`: how many days are left is said anew each time. */
export function wordNotification(row: ListedNotification, { t, fmt, at }: Reader): Told {
  const href = LINKS[row.kind]?.(row);
  const link = href === undefined ? null : { href, label: t(`notifications.action.${row.kind}`) };
  if (row.endsAt !== null) {
    const data = { about: readable(row), date: fmt.date(row.endsAt), when: fmt.relative(row.endsAt, at) };
    const key = `notifications.text.${row.kind}.${row.endsAt < at ? 'ended' : 'ends'}`;
    return { text: t(key, data), reason: null, link };
  }
  const text = t(`notifications.text.${row.kind}`, { about: row.about, organization: row.note ?? '' });
  return { text, reason: row.kind === 'chip-waiting' ? null : row.note, link };
}

const LINKS: Partial<Record<Kind, (row: ListedNotification) => string>> = {
  'ca-ends': ({ targetId }) => `/trust-store/${targetId}`,
  'signing-ca-stops': () => '/signing-ca',
  'partner-certificate-ends': () => '/partner-certificate/new',
  'mosip-signed-ends': () => '/partner-certificate/new',
  'chip-certificate-ends': ({ targetId }) => `/chips/${targetId}/certificate/new`,
  'chip-approved': ({ targetId }) => `/chips/${targetId}`,
  'chip-rejected': ({ make, model }) => `/chips/new?${new URLSearchParams({ make: make ?? '', model: model ?? '' })}`,
  'chip-deactivated': ({ targetId }) => `/chips/${targetId}`,
  'partner-deactivated': () => '/chips',
  'chip-waiting': ({ targetId }) => `/chips/${targetId}/decision/new`,
};

/** Between the parts of a distinguished name (RFC 4514) stands a space, so that lines can break there. */
function readable({ kind, about }: ListedNotification): string {
  return kind === 'ca-ends' ? about.replace(/(?<!\\),(?=\S)/g, ', ') : about;
}
