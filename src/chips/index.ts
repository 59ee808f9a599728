import type { FastifyInstance } from 'fastify';
import type { PathIndex } from '../certificates/index.ts';
import type { Context } from '../http/context.ts';
import { takeFiles } from '../http/uploads.ts';
import type { Trust } from '../trust-store/index.ts';
import { registerAddChip } from './add/routes.ts';
import { registerChipCertificate } from './certificate/routes.ts';
import { registerDeactivation } from './deactivation/routes.ts';
import { registerDecisions } from './decision/routes.ts';
import { registerChipPages } from './list/routes.ts';

export { deactivateChipsOf } from './deactivation/deactivate.ts';
export { addAgainPath } from './list/list.ts';
export { listNewestChips } from './list/store.ts';
export { findLastIn, findRejectionReason, listEndingChips, wasEverApproved } from './own/store.ts';
export {
  type ChipRow,
  type ChipStatus,
  countByStatus,
  countFaulty,
  listLivingChips,
} from './store.ts';
export { countWaiting, listWaiting, type WaitingChip } from './waiting/store.ts';

/** Chips of the providers: list, add, certificate, decision, deactivation (rules 6). */
export function registerChips(app: FastifyInstance, { db, config }: Context, trust: Trust, paths: PathIndex): void {
  const chips = { db, trust, paths, timeZone: config.timeZone };
  registerChipPages(app, chips);
  registerAddChip(app, chips);
  takeFiles(app, (routes) => registerChipCertificate(routes, chips));
  registerDecisions(app, chips);
  registerDeactivation(app, chips);
}
