import type { FastifyRequest } from 'fastify';
import type { Partner } from '../accounts/index.ts';
import { findCertificate, findMosipSigned } from '../certificates/index.ts';
import { listEndingChips } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { DAY } from '../lib/durations.ts';
import { type Row, row, type Section } from './section.ts';

/** From this many days left on the partner is asked to renew. */
export const RENEW_DAYS = 30;
/** How many chips are shown; the others are in the list. */
const SHOWN = 5;

/**
 * What ends within 30 days or has ended, each with the way to renew it: the MOSIP-signed certificate, the partner certificate, the
 * certificates of approved chips. None where nothing does.
 * @param mayRenewChips the partner may upload certificates of chips now (rules 6)
 */
export function endingSection(
  db: Db,
  request: FastifyRequest,
  { id, certificateId }: Partner,
  mayRenewChips: boolean,
): Section[] {
  const { t } = request;
  const before = now() + RENEW_DAYS * DAY;
  const own = certificateId === null ? undefined : findCertificate(db, certificateId);
  const signed = own && findMosipSigned(db, own.id);
  const renew = (href: string) => ({ href, label: t('dashboard.ending.renew'), main: false });
  const ofPartner = (name: 'mosip-signed' | 'partner-certificate', certificate: { notAfter: number } | undefined) =>
    certificate === undefined || certificate.notAfter >= before
      ? []
      : [
          endingRow(request, certificate.notAfter, {
            name,
            title: t(`dashboard.ending.${name}`),
            href: '/partner-certificate',
            action: renew('/partner-certificate/new'),
          }),
        ];
  const chips = listEndingChips(db, id, before, SHOWN + 1);
  const rows = [
    ...ofPartner('mosip-signed', signed),
    ...ofPartner('partner-certificate', own),
    ...chips.slice(0, SHOWN).map((chip) =>
      endingRow(request, chip.notAfter, {
        name: chip.id,
        title: `${chip.make} ${chip.model}`,
        href: `/chips/${chip.id}`,
        action: mayRenewChips ? renew(`/chips/${chip.id}/certificate/new`) : null,
      }),
    ),
  ];
  if (rows.length === 0) return [];
  const all = { href: '/chips?status=approved&sort=ends', label: t('dashboard.ending.all') };
  const title = t('dashboard.ending.title');
  return [{ name: 'ending', title, ordered: false, rows, more: chips.length > SHOWN ? all : null }];
}

function endingRow(
  { t, fmt }: FastifyRequest,
  notAfter: number,
  parts: Pick<Row, 'name' | 'title' | 'href' | 'action'>,
): Row {
  const ended = notAfter < now();
  const when = fmt.relative(notAfter, now());
  return row({
    ...parts,
    mark: { tone: ended ? 'bad' : 'waiting', icon: ended ? 'triangle-alert' : 'clock' },
    text: t(ended ? 'dashboard.ending.ended-on' : 'dashboard.ending.ends-on', { date: fmt.dateTime(notAfter) }),
    tag: {
      text: t(ended ? 'certificate.ended' : 'certificate.ends', { when }),
      tone: ended ? 'red' : 'amber',
      icon: 'clock',
    },
  });
}
