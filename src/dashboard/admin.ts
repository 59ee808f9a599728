import type { FastifyRequest } from 'fastify';
import { countByStatus, findOldest } from '../chips/index.ts';
import type { Db } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import { countCaCertificates } from '../trust-store/index.ts';
import type { Card } from './card.ts';

/** What waits for an admin, and what ends soon. */
export function adminDashboard(db: Db, signingCa: SigningCa, request: FastifyRequest) {
  const { t, fmt } = request;
  const waiting = countByStatus(db, undefined).pending_approval ?? 0;
  const oldest = findOldest(db, 'pending_approval', undefined);
  const { total, endingSoon } = countCaCertificates(db, now());
  const ca = signingCa.status();
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
      facts: [],
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
                text: t('dashboard.admin.oldest', { when: fmt.relative(oldest.statusAt, now()) }),
                tone: 'plain',
                icon: 'clock',
              } as const,
            ]),
      ],
    },
    { href: '/audit', icon: 'scroll-text', title: t('navigation.audit'), text: t('dashboard.admin.audit'), facts: [] },
  ];
  const notices = [
    ...(ca === null ? [t('dashboard.admin.ca-unusable')] : []),
    ...(ca?.renewalDue === true ? [t('dashboard.admin.ca-renewal', { date: fmt.date(ca.endsAt) })] : []),
  ];
  return { cards, notices };
}
