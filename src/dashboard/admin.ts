import type { FastifyRequest } from 'fastify';
import type { CertificateCount, PathIndex } from '../certificates/index.ts';
import { countWaiting, listWaiting } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { inOneLine, wordReasons } from '../http/words.ts';
import { now } from '../lib/clock.ts';
import type { SigningCa, Standing } from '../signing-ca/index.ts';
import { countCaCertificates } from '../trust-store/index.ts';
import { type Card, type Notice, notice, untrustedFact } from './card.ts';
import { SHOWN_WAITING, waitingSection } from './waiting.ts';

/** What waits for an admin, and what ends soon. */
export async function adminDashboard(db: Db, paths: PathIndex, signingCa: SigningCa, request: FastifyRequest) {
  const { t, fmt } = request;
  const waiting = countWaiting(db);
  const longest = listWaiting(db, SHOWN_WAITING + 1);
  const [oldest] = longest;
  const { total, endingSoon } = countCaCertificates(db, now());
  const ca = signingCa.standing();
  const lost = await paths.countLost();
  const cards: Card[] = [
    {
      href: '/trust-store',
      icon: 'shield-check',
      title: t('navigation.trust-store'),
      text: t('dashboard.admin.trust-store'),
      facts: [
        {
          text: t('dashboard.admin.certificates', { count: total }),
          tone: total === 0 ? 'amber' : 'plain',
          icon: 'file-badge',
        },
        ...(endingSoon > 0
          ? [{ text: t('dashboard.admin.ending-soon', { count: endingSoon }), tone: 'amber', icon: 'clock' } as const]
          : []),
      ],
    },
    {
      href: '/partners',
      icon: 'users',
      title: t('navigation.partners'),
      text: t('dashboard.admin.partners'),
      facts: untrustedFact(t('dashboard.admin.untrusted', { count: lost.partners }), lost.partners),
    },
    {
      href: waiting > 0 ? '/chips?status=pending_approval&sort=submitted' : '/chips',
      icon: 'cpu',
      title: t('navigation.chips'),
      text: t('dashboard.admin.chips'),
      facts: [
        {
          text: t('dashboard.admin.waiting', { count: waiting }),
          tone: waiting > 0 ? 'amber' : 'green',
          icon: waiting > 0 ? 'clock' : 'check',
        },
        ...(oldest === undefined
          ? []
          : [
              {
                text: t('dashboard.admin.oldest', { when: fmt.relative(oldest.submittedAt, now()) }),
                tone: 'plain',
                icon: 'clock',
              } as const,
            ]),
        ...untrustedFact(t('dashboard.admin.untrusted', { count: lost.chips }), lost.chips),
      ],
    },
    { href: '/admins', icon: 'user-cog', title: t('navigation.admins'), text: t('dashboard.admin.admins'), facts: [] },
    {
      href: '/signing-ca',
      icon: 'file-badge',
      title: t('navigation.signing-ca'),
      text: t('dashboard.admin.signing-ca'),
      facts: [signingCaFact(ca, request)],
    },
    { href: '/audit', icon: 'scroll-text', title: t('navigation.audit'), text: t('dashboard.admin.audit'), facts: [] },
  ];
  const reasons = [ca.obstacle, ca.advice].filter((each) => each !== undefined);
  const notices = wordReasons(reasons, request).map((reason) => notice(inOneLine(reason)));
  return {
    sections: waitingSection(longest, request),
    cards,
    notices: [...notices, ...untrustedNotice(request, lost)],
  };
}

/** Who has lost a path, with the way to the lists of them. */
function untrustedNotice({ t }: FastifyRequest, { partners, chips }: CertificateCount): Notice[] {
  const links = [
    {
      count: partners,
      href: '/partners?status=untrusted',
      label: t('dashboard.admin.untrusted-partners', { count: partners }),
    },
    { count: chips, href: '/chips?status=untrusted', label: t('dashboard.admin.untrusted-chips', { count: chips }) },
  ].filter(({ count }) => count > 0);
  return links.length === 0 ? [] : [notice(t('dashboard.admin.untrusted-notice'), links)];
}

function signingCaFact({ endsAt, obstacle, advice }: Standing, { t, fmt }: FastifyRequest): Card['facts'][number] {
  if (obstacle !== undefined || endsAt === null)
    return { text: t('dashboard.admin.ca-blocked'), tone: 'red', icon: 'triangle-alert' };
  const looks =
    advice === undefined ? ({ tone: 'green', icon: 'check' } as const) : ({ tone: 'amber', icon: 'clock' } as const);
  return { text: t('dashboard.admin.ca-ready', { date: fmt.date(endsAt) }), ...looks };
}
