import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Db, Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { insertAuditEntry } from './store.ts';

/** Who does something, and from where. */
export interface Actor {
  /** Null: nobody is signed in, or the system itself. */
  readonly id: string | null;
  readonly name: string;
  readonly address: string;
}

/** The portal itself: first start, schedules, the command line. */
export const SYSTEM: Actor = { id: null, name: 'system', address: '' };

export interface AuditEvent {
  /** `<thing>.<verb>`, such as `chip.approve`. */
  readonly action: string;
  readonly thing?: { readonly type: string; readonly id: string };
  /** Further facts, such as a reason or a value before. No secrets. */
  readonly detail?: Readonly<Record<string, string | number | null>>;
}

/** The person behind a request. */
export function actorOf(request: FastifyRequest): Actor {
  return { id: request.person?.id ?? null, name: request.person?.username ?? '', address: request.ip };
}

/** Writes down a change; called inside the transaction that makes it (rules 8). */
export function recordChange(db: Queries, actor: Actor, event: AuditEvent): void {
  record(db, actor, event, 'done', null);
}

/** Writes down an attempt that was refused, with the codes of the reasons. */
export function recordRefusal(db: Queries, actor: Actor, event: AuditEvent, codes: readonly string[]): void {
  record(db, actor, event, 'refused', codes.join(' ') || null);
}

function record(db: Queries, actor: Actor, event: AuditEvent, outcome: 'done' | 'refused', code: string | null): void {
  insertAuditEntry(db, {
    at: now(),
    actorId: actor.id,
    actor: actor.name,
    address: actor.address,
    action: event.action,
    thingType: event.thing?.type ?? null,
    thingId: event.thing?.id ?? null,
    outcome,
    code,
    detail: event.detail === undefined ? null : JSON.stringify(event.detail),
  });
}

/** Every refused attempt of a signed-in person to change something becomes a row, whatever the route. */
export function registerRefusalTrail(app: FastifyInstance, db: Db): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (request.method === 'POST' && reply.statusCode >= 400) recordRefused(db, request, reply.statusCode);
    done();
  });
}

function recordRefused(db: Db, request: FastifyRequest, status: number): void {
  const { action, thing } = request.routeOptions.config;
  if (typeof action !== 'string' || request.person === null) return;
  const { id } = request.params as { id?: string };
  const event = {
    action,
    ...(id !== undefined && thing !== undefined ? { thing: { type: thing, id: id.slice(0, 64) } } : {}),
  };
  const codes = request.refusal.length > 0 ? request.refusal : [`HTTP-${status}`];
  try {
    recordRefusal(db, actorOf(request), event, codes);
  } catch (error) {
    // The answer is a refusal in any case, and on its way; the log takes the place of the trail.
    request.log.error({ err: error, action, codes }, 'a refusal could not be written into the trail');
  }
}
