import type { CertificateRow } from '../../certificates/index.ts';
import type { Queries } from '../../db/index.ts';
import { newestFirst, type TimelineEvent } from '../../http/timeline.ts';
import type { Translate } from '../../i18n/index.ts';
import { type ChipRow, findDeactivation, listDecisions } from '../store.ts';

/**
 * Who did what when to a chip, newest first, with every certificate that was uploaded for it.
 * @param provider the username of its owner
 */
export function chipHistory(
  db: Queries,
  t: Translate,
  chip: ChipRow,
  provider: string,
  certificates: readonly CertificateRow[],
): TimelineEvent[] {
  const deactivation = findDeactivation(db, chip.id);
  // Of equal instants the later of this list is the newer: added, uploaded, decided, deactivated.
  return newestFirst([
    { at: chip.createdAt, title: t('chips.history.added'), by: provider, icon: 'plus' },
    ...certificates.toReversed().map(
      (row): TimelineEvent => ({
        at: row.uploadedAt,
        title: t('chips.history.uploaded'),
        by: provider,
        icon: 'upload',
        certificate: {
          id: row.id,
          subject: row.subject,
          current: row.id === chip.certificateId,
          ends: [{ label: t('certificate.till'), at: row.notAfter }],
          downloads: [{ href: `/certificates/${row.id}/original`, label: t('chips.action.download') }],
        },
      }),
    ),
    ...listDecisions(db, chip.id).map(
      ({ at, by, reason, outcome }): TimelineEvent =>
        outcome === 'approved'
          ? { at, by, reason, title: t('chips.history.approved'), icon: 'check', tone: 'good' }
          : { at, by, reason, title: t('chips.history.rejected'), icon: 'x', tone: 'bad' },
    ),
    ...(deactivation === undefined
      ? []
      : [{ ...deactivation, title: t('chips.history.deactivated'), icon: 'power' } satisfies TimelineEvent]),
  ]);
}
