import type { Partner } from '../accounts/index.ts';
import { listChangesOf } from '../audit/index.ts';
import { type CertificateRow, uploadEvent } from '../certificates/index.ts';
import type { Queries } from '../db/index.ts';
import { newestFirst, type TimelineEvent } from '../http/timeline.ts';
import type { Translate } from '../i18n/index.ts';
import { findPartnerDeactivation } from './store.ts';

/**
 * Who did what when to a partner, newest first.
 * @param certificates its partner certificates, newest first
 */
export function partnerHistory(
  db: Queries,
  t: Translate,
  partner: Partner,
  certificates: readonly CertificateRow[],
): TimelineEvent[] {
  const deactivation = findPartnerDeactivation(db, partner.id);
  // Of equal instants the later of this list is the newer.
  return newestFirst([
    { at: partner.registeredAt, by: partner.username, title: t('partners.history.registered'), icon: 'user' },
    ...listChangesOf(db, { type: 'partner', id: partner.id }, 'partner.correct-organization').map(
      ({ at, by, detail }): TimelineEvent => {
        const { before, organization, reason } = JSON.parse(detail ?? '{}') as Record<string, string>;
        const text = t('partners.history.from-to', { before, after: organization });
        return {
          at,
          by,
          title: t('partners.history.organization-corrected'),
          icon: 'info',
          text,
          reason: reason ?? null,
        };
      },
    ),
    ...certificates.toReversed().map((row): TimelineEvent => {
      const event = uploadEvent(db, t, row, { by: partner.username, current: row.id === partner.certificateId });
      // The page hands them out in the table of certificates.
      return { ...event, certificate: { ...event.certificate, downloads: [] } };
    }),
    ...(deactivation === undefined
      ? []
      : [{ ...deactivation, title: t('partners.history.deactivated'), icon: 'power' } satisfies TimelineEvent]),
  ]);
}
