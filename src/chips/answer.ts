import type { FastifyReply, FastifyRequest } from 'fastify';
import { personOf } from '../http/access.ts';
import { setFlash } from '../http/flash.ts';
import { badgeOf } from '../http/navigation.ts';
import { isHtmx, redirect } from '../http/redirect.ts';
import { refusalOf } from '../http/view.ts';
import type { Reason } from '../lib/reasons.ts';
import { type Chips, getChip } from './chip.ts';
import { chipListRows } from './list/list.ts';
import { showChip } from './list/show.ts';
import { findListedChip } from './list/store.ts';
import { nextWaiting } from './waiting/next.ts';
import { countWaiting } from './waiting/store.ts';

/**
 * Answers a decision or a deactivation that was done. From the dialog over the list: the row in its new state and the message, and the
 * dialog closes; after a decision also the way to the next one. Otherwise: to the chip's page, which has it too.
 */
export function answerDone(
  chips: Chips,
  request: FastifyRequest,
  reply: FastifyReply,
  chipId: string,
  flash: string,
): FastifyReply {
  const chip = findListedChip(chips.db, chipId);
  if (isHtmx(request) && chip !== undefined && comesFromList(request)) {
    reply.header('HX-Trigger', 'dialog-close');
    const decided = flash !== 'chip-deactivated';
    return reply.fragment('chips/_done', {
      ...chipListRows(chips, request, [chip]),
      flash: { key: flash, text: request.t(`flash.${flash}`) },
      onward: decided ? nextWaiting(chips.db, request, chip) : null,
      badge: decided ? badgeOf(request, countWaiting(chips.db)) : null,
    });
  }
  setFlash(reply, flash);
  return redirect(request, reply, `/chips/${chipId}`);
}

/**
 * Refuses what the chip's state no longer allows: 409 with the chip as it is now. In the dialog; what lies behind it (the row of the
 * list, what still waits, the bell) is brought up to date with it.
 */
export function answerConflict(
  chips: Chips,
  request: FastifyRequest,
  reply: FastifyReply,
  chipId: string,
  reasons: readonly Reason[],
): FastifyReply {
  const chip = getChip(chips.db, chipId);
  if (!isHtmx(request)) return showChip(chips, request, reply, chip, 'show', reasons);
  const listed = comesFromList(request) ? findListedChip(chips.db, chipId) : undefined;
  const model = {
    chip: { id: chip.id, name: `${chip.make} ${chip.model}`, status: chip.status },
    reasons: refusalOf(request, reasons),
    ...chipListRows(chips, request, listed ? [listed] : []),
    badge: personOf(request).role === 'PARTNER_ADMIN' ? badgeOf(request, countWaiting(chips.db)) : null,
  };
  return reply.fragment('chips/_conflict', model, 409);
}

function comesFromList(request: FastifyRequest): boolean {
  const url = String(request.headers['hx-current-url'] ?? '');
  return URL.canParse(url) && new URL(url).pathname === '/chips';
}
