import type { FastifyReply, FastifyRequest } from 'fastify';
import { Lucia, TimeSpan } from 'lucia';
import {
  ENDED_SESSIONS_KEPT,
  isStorageFailure,
  type StoredPerson,
  type StoredSession,
  type sessionStore,
} from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { HOUR, MINUTE, SECOND } from '../lib/durations.ts';
import { newToken, sha256Hex } from '../lib/ids.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';

/** The person who is signed in. */
export interface Person extends StoredPerson {
  readonly id: string;
  /** When the session ends if nothing more happens, UTC ms. */
  readonly sessionEndsAt: number;
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ createdAt: number }, StoredPerson>;
    DatabaseSessionAttributes: { createdAt: number };
    DatabaseUserAttributes: StoredPerson;
  }
}

/** However busy, a session ends after this (rules 7). */
const ABSOLUTE_LIMIT = 12 * HOUR;
const COOKIE = 'pmp_session';

export interface Sessions {
  /** Who the request's cookie speaks for; undefined when it is absent, malformed, unknown, idle for too long or too old. */
  find(request: FastifyRequest): Promise<Person | undefined>;
  /** Whether the browser came with the cookie of a session, be it one that has ended. */
  hasCookie(request: FastifyRequest): boolean;
  /** Whose session this browser had until it ended by itself, some hours ago at most; nobody's after a sign-out. */
  formerOwner(request: FastifyRequest): Promise<string | undefined>;
  /** Signs in: ends the session the browser came with, makes a new one and sets its cookie. */
  start(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void>;
  /** Ends the session of this browser now, as idleness would. */
  expire(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Signs out this browser. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/** Sessions kept in the database under the hash of their cookie (lucia itself would keep the cookie's value in clear). */
export function createSessions(adapter: ReturnType<typeof sessionStore>, options: { idleMinutes: number }): Sessions {
  const idle = options.idleMinutes * MINUTE;
  const prolong = prolongingWherePossible(adapter);
  const lucia = new Lucia(
    { ...withoutEnded(adapter), updateSessionExpiration: prolong },
    {
      sessionExpiresIn: new TimeSpan(options.idleMinutes, 'm'),
      getSessionAttributes: (row) => row,
      getUserAttributes: (row) => row,
    },
  );
  /** Absent where there is none, or an empty one. */
  const tokenOf = (request: FastifyRequest) => readCookie(request, COOKIE) || undefined;
  const sessionId = (request: FastifyRequest) => {
    const token = tokenOf(request);
    return token === undefined ? undefined : sha256Hex(token);
  };

  return {
    async find(request) {
      const id = sessionId(request);
      if (id === undefined) return undefined;
      const { session, user } = await lucia.validateSession(id);
      if (session === null) return undefined;
      let expiresAt = session.expiresAt.getTime();
      // lucia moves the end only in the second half of the time; idleness is counted from the last request, to the minute.
      if (expiresAt < now() + idle - MINUTE) {
        // Kept in whole seconds.
        expiresAt = Math.floor((now() + idle) / SECOND) * SECOND;
        await prolong(id, new Date(expiresAt));
      }
      return { ...user, sessionEndsAt: Math.min(expiresAt, session.createdAt + ABSOLUTE_LIMIT) };
    },
    hasCookie: (request) => tokenOf(request) !== undefined,
    async formerOwner(request) {
      const id = sessionId(request);
      const [session, person] = id === undefined ? [null, null] : await adapter.getSessionAndUser(id);
      return session !== null && endOf(session) <= now() ? person?.id : undefined;
    },
    async expire(request, reply) {
      clearStorage(reply);
      const id = sessionId(request);
      if (id !== undefined) await adapter.updateSessionExpiration(id, new Date(now()));
    },
    async start(request, reply, accountId) {
      const former = sessionId(request);
      if (former !== undefined) await lucia.invalidateSession(former);
      const token = newToken();
      await lucia.createSession(accountId, { createdAt: now() }, { sessionId: sha256Hex(token) });
      writeCookie(reply, COOKIE, token);
    },
    async end(request, reply) {
      const id = sessionId(request);
      if (id !== undefined) await lucia.invalidateSession(id);
      dropCookie(reply, COOKIE);
      clearStorage(reply);
    },
  };
}

/**
 * Has the browser forget what the pages of a session put into its storage (ASVS 14.3.1). Not its cookies: the language stays, and so does what
 * tells whose session it was. Nor its cache: pages are not in it, and the program's files belong to nobody.
 */
export function clearStorage(reply: FastifyReply): void {
  reply.header('clear-site-data', '"storage"');
}

/** On a full or failing disk a session is not prolonged; its pages can still be read. */
function prolongingWherePossible(adapter: ReturnType<typeof sessionStore>): typeof adapter.updateSessionExpiration {
  return async (id, expiresAt) => {
    try {
      await adapter.updateSessionExpiration(id, expiresAt);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
    }
  };
}

/** When a session ends at the latest: idle for too long, or too old. */
function endOf({ expiresAt, attributes }: StoredSession): number {
  return Math.min(expiresAt.getTime(), attributes.createdAt + ABSOLUTE_LIMIT);
}

/**
 * The adapter as lucia sees it: sessions that have ended are not there. (lucia would delete them at once; they are kept some hours so
 * that it is known whose the browser was.)
 */
function withoutEnded(adapter: ReturnType<typeof sessionStore>): typeof adapter {
  return {
    ...adapter,
    async getSessionAndUser(id) {
      const [session, person] = await adapter.getSessionAndUser(id);
      if (session === null || endOf(session) > now()) return [session, person];
      if (endOf(session) + ENDED_SESSIONS_KEPT <= now()) await adapter.deleteSession(id);
      return [null, null];
    },
  };
}
