import type { FastifyRequest } from 'fastify';
import type { WaitingChip } from '../chips/index.ts';
import { now } from '../lib/clock.ts';
import { row, type Section } from './section.ts';

/** How many of the chips that wait are shown; the others are in the list. */
export const SHOWN_WAITING = 5;

/** The chips that have waited longest for a decision, each with the way to it; none where nothing waits. */
export function waitingSection(waiting: readonly WaitingChip[], { t, fmt }: FastifyRequest): Section[] {
  if (waiting.length === 0) return [];
  const rows = waiting.slice(0, SHOWN_WAITING).map(({ id, make, model, organization, submittedAt }, index) =>
    row({
      name: id,
      mark: { tone: 'waiting', icon: 'clock' },
      title: `${make} ${model}`,
      href: `/chips/${id}`,
      text: organization,
      tag: {
        text: t('dashboard.waiting.since', { when: fmt.relative(submittedAt, now()) }),
        tone: 'plain',
        icon: 'clock',
      },
      action: {
        href: `/chips/${id}/decision/new`,
        label: t('dashboard.waiting.decide'),
        dialog: true,
        main: index === 0,
      },
    }),
  );
  const all = { href: '/chips?status=pending_approval&sort=submitted', label: t('dashboard.waiting.all') };
  const title = t('dashboard.waiting.title');
  return [{ name: 'waiting', title, ordered: false, rows, more: waiting.length > SHOWN_WAITING ? all : null }];
}
