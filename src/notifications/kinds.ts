import type { NotificationRow } from './store.ts';

export type Kind = NotificationRow['kind'];

/** Certificates are told of when so many calendar days are left. */
export const THRESHOLDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 30] as const;

/** How many days before its end the first reminder comes. */
export const FIRST_REMINDER = 30;

/** The icon of each kind, and the colour of what it means. */
export const LOOKS: Record<Kind, { readonly icon: string; readonly tone: string }> = {
  'ca-ends': { icon: 'clock', tone: 'amber' },
  'signing-ca-stops': { icon: 'clock', tone: 'amber' },
  'partner-certificate-ends': { icon: 'clock', tone: 'amber' },
  'mosip-signed-ends': { icon: 'clock', tone: 'amber' },
  'chip-certificate-ends': { icon: 'clock', tone: 'amber' },
  'chip-approved': { icon: 'check', tone: 'green' },
  'chip-rejected': { icon: 'x', tone: 'red' },
  'chip-deactivated': { icon: 'power', tone: '' },
  'partner-deactivated': { icon: 'power', tone: '' },
  'chip-waiting': { icon: 'cpu', tone: 'amber' },
  'mails-given-up': { icon: 'triangle-alert', tone: 'red' },
};

const ADMINS: readonly Kind[] = ['chip-waiting', 'ca-ends', 'signing-ca-stops', 'mails-given-up'];

/** The kinds that a role can be told. */
export function kindsOf(role: 'FTM_PROVIDER' | 'PARTNER_ADMIN'): Kind[] {
  return (Object.keys(LOOKS) as Kind[]).filter((kind) => ADMINS.includes(kind) === (role === 'PARTNER_ADMIN'));
}
