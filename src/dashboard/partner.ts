import type { FastifyRequest } from 'fastify';
import type { Partner } from '../accounts/index.ts';
import { findMosipSigned, type PathIndex, partnerObstacle } from '../certificates/index.ts';
import { countByStatus, countFaulty } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { wordReasons } from '../http/words.ts';
import { now } from '../lib/clock.ts';
import { DAY } from '../lib/durations.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Trust } from '../trust-store/index.ts';
import { type Card, type Notice, notice, untrustedFact } from './card.ts';
import { checklist } from './checklist.ts';
import { endingSection, RENEW_DAYS } from './ending.ts';

/** What a partner has to do next, and how its certificate and chips stand. */
export async function partnerDashboard(
  { db, trust, paths }: { db: Db; trust: Trust; paths: PathIndex },
  request: FastifyRequest,
  partner: Partner,
) {
  const { t } = request;
  const obstacle = partnerObstacle(db, trust, partner);
  await paths.refresh(partner.id);
  const faulty = countFaulty(db, partner.id, now());
  const cards: Card[] = [
    {
      href: '/partner-certificate',
      icon: 'file-badge',
      title: t('navigation.partner-certificate'),
      text: t('dashboard.partner.certificate'),
      facts: [certificateFact(db, request, partner, obstacle)],
    },
    {
      href: '/chips',
      icon: 'cpu',
      title: t('navigation.chip-services'),
      text: t('dashboard.partner.chips'),
      facts: chipFacts(db, request, partner, faulty),
    },
  ];
  const steps = checklist({ db, trust }, request, partner, obstacle);
  const ending = partner.deactivated ? [] : endingSection(db, request, partner, obstacle === undefined);
  // The checklist says itself what stands in the way.
  const toTell = steps.length > 0 ? undefined : obstacle;
  return { sections: [...steps, ...ending], cards, notices: noticesFor(request, partner, toTell, faulty.untrusted) };
}

function noticesFor(
  request: FastifyRequest,
  partner: Partner,
  obstacle: Reason | undefined,
  untrusted: number,
): Notice[] {
  const { t } = request;
  const word = (reason: Reason) => wordReasons([reason], request);
  if (partner.deactivated)
    return word({ code: 'PMS_PMP_016', name: 'partner-deactivated' }).map(({ title, text }) =>
      notice(`${title ?? ''} ${text}`),
    );
  const first = obstacle === undefined ? [] : word(obstacle);
  return [
    ...first.map(({ title, next }) => notice(`${title ?? ''} ${next ?? ''}`)),
    ...(untrusted === 0
      ? []
      : [
          notice(t('dashboard.partner.untrusted-chips', { count: untrusted }), [
            { href: '/chips?status=untrusted', label: t('dashboard.partner.untrusted-show') },
          ]),
        ]),
  ];
}

const CHIP_LOOKS = [
  ['pending_cert_upload', 'orange', 'upload'],
  ['pending_approval', 'amber', 'clock'],
  ['approved', 'green', 'check'],
] as const;

/** How many chips stand where. An approved one whose certificate has ended or lost its path is not counted as approved. */
function chipFacts(
  db: Db,
  { t }: FastifyRequest,
  partner: Partner,
  { unusable, expired, untrusted }: ReturnType<typeof countFaulty>,
): Card['facts'] {
  const counts: Record<string, number> = countByStatus(db, partner.id);
  counts.approved = (counts.approved ?? 0) - unusable;
  const facts = CHIP_LOOKS.map(([status, tone, icon]) => ({
    key: `chips-${status}`,
    count: counts[status] ?? 0,
    tone,
    icon,
  }));
  return [
    ...[...facts, { key: 'chips-expired', count: expired, tone: 'red', icon: 'clock' } as const]
      .filter(({ count }) => count > 0)
      .map(({ key, count, tone, icon }) => ({ text: t(`dashboard.partner.${key}`, { count }), tone, icon })),
    ...untrustedFact(t('dashboard.partner.chips-untrusted', { count: untrusted }), untrusted),
  ];
}

function certificateFact(
  db: Db,
  request: FastifyRequest,
  partner: Partner,
  obstacle: Reason | undefined,
): Card['facts'][number] {
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
  if (obstacle?.name === 'partner-certificate-untrusted')
    return {
      text: t('dashboard.partner.certificate-untrusted'),
      tone: 'red',
      icon: 'triangle-alert',
      status: 'untrusted',
    };
  return {
    text: t('dashboard.partner.days-left', { count: days }),
    tone: days < RENEW_DAYS ? 'amber' : 'green',
    icon: days < RENEW_DAYS ? 'clock' : 'check',
  };
}
