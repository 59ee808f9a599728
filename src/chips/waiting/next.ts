import type { FastifyRequest } from 'fastify';
import type { Queries } from '../../db/index.ts';
import { countUpTo } from '../../http/navigation.ts';
import type { ChipRow } from '../store.ts';
import { countWaiting, findNextWaiting } from './store.ts';

/** The way on after a decision. */
export interface NextWaiting {
  /** The page of the next decision. */
  readonly href: string;
  readonly label: string;
  /** The chip that was decided. */
  readonly after: string;
}

/** The next chip that waits for a decision after `chip`, and how many wait in all; null when none does. */
export function nextWaiting(
  db: Queries,
  request: FastifyRequest,
  chip: Pick<ChipRow, 'id' | 'certificateId'>,
): NextWaiting | null {
  const { t } = request;
  const next = findNextWaiting(db, chip);
  if (next === undefined) return null;
  const label = t('chips.next', { left: countUpTo(request, countWaiting(db)) });
  return { href: `/chips/${next.id}/decision/new`, label, after: chip.id };
}
