import type { Queries } from '../db/index.ts';
import type { TimelineEvent } from '../http/timeline.ts';
import type { Translate } from '../i18n/index.ts';
import { type CertificateRow, findMosipSigned } from './store.ts';

/** The upload of a partner certificate, for a timeline: when it and what was issued for it end, and both downloads. */
export function uploadEvent(
  db: Queries,
  t: Translate,
  row: CertificateRow,
  { by, current }: { readonly by: string; readonly current: boolean },
) {
  const signed = findMosipSigned(db, row.id);
  const ends = [{ label: t('certificate.till'), at: row.notAfter }];
  if (signed !== undefined) ends.push({ label: t('partner-certificate.signed-till'), at: signed.notAfter });
  return {
    at: row.uploadedAt,
    by,
    title: t('chips.history.uploaded'),
    icon: 'upload',
    certificate: {
      id: row.id,
      subject: row.subject,
      current,
      ends,
      downloads: [
        { href: `/certificates/${row.id}/original`, label: t('partner-certificate.download-original') },
        { href: `/certificates/${row.id}/mosip-signed`, label: t('partner-certificate.download-mosip-signed') },
      ],
    },
  } satisfies TimelineEvent;
}
