export { checkTrail, type TrailCheck, type TrailFault } from './chain.ts';
export { registerAudit } from './routes.ts';
export { getHead, type Head, listChangesOf } from './store.ts';
export {
  type Actor,
  type AuditEvent,
  actorOf,
  recordChange,
  recordRefusal,
  registerRefusalTrail,
  SYSTEM,
} from './trail.ts';
