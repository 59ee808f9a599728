import type { Queries } from '../../db/index.ts';
import { findReason, listLastRejections } from './store.ts';

/** How many earlier reasons are offered, and how many decisions are looked through for them. */
const OFFERED = 6;
const LOOKED_THROUGH = 500;

/** A reason that somebody gave before; `id` is that of the certificate rejected with it. */
export interface EarlierReason {
  readonly id: string;
  readonly text: string;
}

/** The reasons given last for rejections, each once: an admin's own before those of others, the newest first. */
export function earlierReasons(db: Queries, adminId: string): EarlierReason[] {
  const rejections = listLastRejections(db, LOOKED_THROUGH);
  const ownFirst = [...rejections.filter(({ by }) => by === adminId), ...rejections.filter(({ by }) => by !== adminId)];
  const seen = new Map<string, EarlierReason>();
  for (const { id, reason } of ownFirst) {
    if (reason !== null && !seen.has(reason)) seen.set(reason, { id, text: reason });
  }
  return [...seen.values()].slice(0, OFFERED);
}

/** The reason that an address names (`?earlier=…`), to be filled in; '' for none and for one that is not known. */
export function earlierReason(db: Queries, id: unknown): string {
  return typeof id === 'string' ? (findReason(db, id) ?? '') : '';
}
