export { checkTrail, getHead, type Head, type TrailCheck, type TrailFault } from './chain.ts';
export { registerAudit } from './routes.ts';
export { listChangesOf } from './store.ts';
export {
  type Actor,
  type AuditEvent,
  actorOf,
  recordChange,
  recordRefusal,
  registerRefusalTrail,
  SYSTEM,
} from './trail.ts';
