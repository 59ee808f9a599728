export { registerAudit } from './routes.ts';
export {
  type Actor,
  type AuditEvent,
  actorOf,
  recordChange,
  recordRefusal,
  registerRefusalTrail,
  SYSTEM,
} from './trail.ts';
