import type { FastifyReply, FastifyRequest } from 'fastify';
import { Lucia, TimeSpan } from 'lucia';
import type { StoredPerson, sessionStore } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { HOUR, MINUTE } from '../lib/durations.ts';
import { newToken, sha256Hex } from '../lib/ids.ts';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';

/** The person who is signed in. */
export interface Person extends StoredPerson {
  readonly id: string;
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
  /** Signs in: ends the session the browser came with, makes a new one and sets its cookie. */
  start(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void>;
  /** Signs out this browser. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Signs out an account everywhere. */
  endAll(accountId: string): Promise<void>;
}

/** Sessions kept in the database under the hash of their cookie (lucia itself would keep the cookie's value in clear). */
export function createSessions(adapter: ReturnType<typeof sessionStore>, options: { idleMinutes: number }): Sessions {
  const idle = options.idleMinutes * MINUTE;
  const lucia = new Lucia(adapter, {
    sessionExpiresIn: new TimeSpan(options.idleMinutes, 'm'),
    getSessionAttributes: (row) => row,
    getUserAttributes: (row) => row,
  });
  const sessionId = (request: FastifyRequest) => {
    const token = readCookie(request, COOKIE);
    return token === undefined || token === '' ? undefined : sha256Hex(token);
  };

  return {
    async find(request) {
      const id = sessionId(request);
      if (id === undefined) return undefined;
      const { session, user } = await lucia.validateSession(id);
      if (session === null) return undefined;
      if (session.createdAt + ABSOLUTE_LIMIT <= now()) {
        await lucia.invalidateSession(id);
        return undefined;
      }
      // lucia moves the end only in the second half of the time; idleness is counted from the last request, to the minute.
      if (session.expiresAt.getTime() < now() + idle - MINUTE) {
        await adapter.updateSessionExpiration(id, new Date(now() + idle));
      }
      return user;
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
    },
    async endAll(accountId) {
      await lucia.invalidateUserSessions(accountId);
    },
  };
}
