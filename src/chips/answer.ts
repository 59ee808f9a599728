import type { FastifyReply, FastifyRequest } from 'fastify';
import { setFlash } from '../http/flash.ts';
import { badgeOf } from '../http/navigation.ts';
import { isHtmx, redirect } from '../http/redirect.ts';
import type { Chips } from './chip.ts';
import { chipListRow } from './list/list.ts';
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
      row: chipListRow(chips, request, chip),
      flash: { key: flash, text: request.t(`flash.${flash}`) },
      onward: decided ? nextWaiting(chips.db, request, chip) : null,
      badge: decided ? badgeOf(request, countWaiting(chips.db)) : null,
    });
  }
  setFlash(reply, flash);
  return redirect(request, reply, `/chips/${chipId}`);
}

function comesFromList(request: FastifyRequest): boolean {
  const url = String(request.headers['hx-current-url'] ?? '');
  return URL.canParse(url) && new URL(url).pathname === '/chips';
}
