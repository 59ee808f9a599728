import { eq, lte, sql } from 'drizzle-orm';
import { now } from '../lib/clock.ts';
import { HOUR } from '../lib/durations.ts';
import type { Db, Queries } from './connection.ts';
import { givenText } from './prepared.ts';
import { accountDeactivations, accounts, consents, partners, sessions } from './schema/index.ts';
import { untilChanged } from './unchanged.ts';

/** For so long it is known whose session has ended in a browser (docs/decisions/0015). */
export const ENDED_SESSIONS_KEPT = 12 * HOUR;

/** A session as stored: the id is the SHA-256 of the cookie's value. */
export interface StoredSession {
  id: string;
  userId: string;
  expiresAt: Date;
  attributes: { createdAt: number };
}

/** What every request needs to know of the person who is signed in. */
export interface StoredPerson {
  role: 'FTM_PROVIDER' | 'PARTNER_ADMIN';
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  language: 'en' | 'fr' | 'ar';
  /** Null for admins. */
  organization: string | null;
  /** The versions of the terms this person consented to. */
  consentVersions: readonly number[];
  deactivatedAt: number | null;
}

/**
 * The store of sessions in the shape lucia asks of an adapter. One prepared join answers a request: session, person, consent and
 * deactivation (the published Drizzle adapter takes two queries). Whether the session has ended is for the reader to say.
 */
export function sessionStore(db: Db) {
  const findSession = db
    .select({
      id: sessions.id,
      accountId: sessions.accountId,
      expiresAt: sessions.expiresAt,
      createdAt: sessions.createdAt,
      person: {
        role: accounts.role,
        username: accounts.username,
        email: accounts.email,
        firstName: accounts.firstName,
        lastName: accounts.lastName,
        language: accounts.language,
        organization: partners.organization,
        consentVersions:
          sql`(SELECT json_group_array(${consents.version}) FROM ${consents} WHERE ${consents.accountId} = ${accounts.id})`.mapWith(
            (versions: string): readonly number[] => JSON.parse(versions),
          ),
        deactivatedAt: accountDeactivations.at,
      },
    })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .leftJoin(partners, eq(partners.accountId, accounts.id))
    .leftJoin(accountDeactivations, eq(accountDeactivations.accountId, accounts.id))
    .where(eq(sessions.id, givenText('id')))
    .prepare();
  const knownSession = untilChanged((_, id) => findSession.get({ id }));

  return {
    async getSessionAndUser(
      id: string,
    ): Promise<[StoredSession | null, { id: string; attributes: StoredPerson } | null]> {
      const row = knownSession(db, id);
      if (row === undefined) return [null, null];
      return [stored(row), { id: row.accountId, attributes: row.person }];
    },
    async getUserSessions(accountId: string): Promise<StoredSession[]> {
      return db.select().from(sessions).where(eq(sessions.accountId, accountId)).all().map(stored);
    },
    async setSession(session: StoredSession): Promise<void> {
      db.insert(sessions)
        .values({
          id: session.id,
          accountId: session.userId,
          expiresAt: seconds(session.expiresAt),
          createdAt: session.attributes.createdAt,
        })
        .run();
    },
    async updateSessionExpiration(id: string, expiresAt: Date): Promise<void> {
      db.update(sessions)
        .set({ expiresAt: seconds(expiresAt) })
        .where(eq(sessions.id, id))
        .run();
    },
    async deleteSession(id: string): Promise<void> {
      db.delete(sessions).where(eq(sessions.id, id)).run();
    },
    async deleteUserSessions(accountId: string): Promise<void> {
      deleteSessionsOf(db, accountId);
    },
    /** Those that ended long enough ago. */
    async deleteExpiredSessions(): Promise<void> {
      db.delete(sessions)
        .where(lte(sessions.expiresAt, Math.floor((now() - ENDED_SESSIONS_KEPT) / 1000)))
        .run();
    },
  };
}

/** Signs out an account everywhere, as part of the change that asks for it. */
export function deleteSessionsOf(db: Queries, accountId: string): void {
  db.delete(sessions).where(eq(sessions.accountId, accountId)).run();
}

function stored(row: { id: string; accountId: string; expiresAt: number; createdAt: number }): StoredSession {
  return {
    id: row.id,
    userId: row.accountId,
    expiresAt: new Date(row.expiresAt * 1000),
    attributes: { createdAt: row.createdAt },
  };
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
