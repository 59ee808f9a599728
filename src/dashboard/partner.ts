import type { FastifyRequest } from 'fastify';
import type { Partner } from '../accounts/index.ts';
import { findMosipSigned, partnerObstacle, standingOfRow } from '../certificates/index.ts';
import { countByStatus, listChipsOf } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { wordReasons } from '../http/words.ts';
import { now } from '../lib/clock.ts';
import { DAY } from '../lib/durations.ts';
import type { Trust } from '../trust-store/index.ts';
import type { Card } from './card.ts';

/** From this many days left on the partner is asked to renew. */
const RENEW_DAYS = 30;

/** What a partner has to do next, and how its certificate and chips stand. */
export function partnerDashboard(db: Db, trust: Trust, request: FastifyRequest, partner: Partner) {
  const { t, fmt } = request;
  const obstacle = partnerObstacle(db, trust, partner);
  const cards: Card[] = [
    {
      href: '/partner-certificate',
      icon: 'file-badge',
      title: t('navigation.partner-certificate'),
      text: t('dashboard.partner.certificate'),
      facts: [certificateFact(db, request, partner)],
    },
    {
      href: '/chips',
      icon: 'cpu',
      title: t('navigation.chip-services'),
      text: t('dashboard.partner.chips'),
      facts: chipFacts(db, trust, request, partner),
    },
  ];
  const notices = partner.deactivated
    ? wordReasons([{ code: 'PMS_PMP_016', name: 'partner-deactivated' }], request.language, t, fmt).map(
        (reason) => `${reason.title ?? ''} ${reason.text}`,
      )
    : obstacle === undefined
      ? []
      : wordReasons([obstacle], request.language, t, fmt).map((reason) => `${reason.title ?? ''} ${reason.next ?? ''}`);
  return { cards, notices };
}

const CHIP_LOOKS = [
  ['pending_cert_upload', 'orange', 'upload'],
  ['pending_approval', 'amber', 'clock'],
  ['approved', 'green', 'check'],
] as const;

/** How many chips stand where. An approved one whose certificate has ended or lost its path counts as not usable (rules 6). */
function chipFacts(db: Db, trust: Trust, request: FastifyRequest, partner: Partner): Card['facts'] {
  const counts: Record<string, number> = countByStatus(db, partner.id);
  const approved = listChipsOf(db, partner.id).filter((chip) => chip.status === 'approved');
  const unusable = approved.filter(
    ({ certificate }) => certificate && standingOfRow(trust, certificate) !== 'valid',
  ).length;
  counts.approved = approved.length - unusable;
  const facts = CHIP_LOOKS.map(([status, tone, icon]) => ({
    key: `chips-${status}`,
    count: counts[status] ?? 0,
    tone,
    icon,
  }));
  return [...facts, { key: 'chips-unusable', count: unusable, tone: 'red', icon: 'triangle-alert' } as const]
    .filter(({ count }) => count > 0)
    .map(({ key, count, tone, icon }) => ({ text: request.t(`dashboard.partner.${key}`, { count }), tone, icon }));
}

function certificateFact(db: Db, request: FastifyRequest, partner: Partner): Card['facts'][number] {
  const { t, fmt } = request;
  const signed = partner.certificateId === null ? undefined : findMosipSigned(db, partner.certificateId);
  if (signed === undefined) return { text: t('dashboard.partner.no-certificate'), tone: 'amber', icon: 'upload' };
  const days = Math.floor((signed.notAfter - now()) / DAY);
  if (signed.notAfter < now())
    return {
      text: t('dashboard.partner.certificate-ended', { date: fmt.date(signed.notAfter) }),
      tone: 'red',
      icon: 'triangle-alert',
    };
  return {
    text: t('dashboard.partner.days-left', { count: days }),
    tone: days < RENEW_DAYS ? 'amber' : 'green',
    icon: days < RENEW_DAYS ? 'clock' : 'check',
  };
}
