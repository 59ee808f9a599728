import type { Queries } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { HOUR, MINUTE } from '../lib/durations.ts';
import { newToken, sha256Hex } from '../lib/ids.ts';
import { endLinks, findLiveLink, insertLink, type LinkRow, markLinkUsed } from './store.ts';

/** How long links live (rules 7). */
const LIFETIME: Record<LinkRow['purpose'], number> = {
  setup: 24 * HOUR,
  'password-reset': 30 * MINUTE,
  'email-change': 30 * MINUTE,
};

/**
 * Makes a link's token; only its hash is stored. Earlier links of the same purpose and account stop working.
 * @param accountId null for the set-up link
 * @param email the new address that an `email-change` confirms
 */
export function createLink(
  db: Queries,
  purpose: LinkRow['purpose'],
  accountId: string | null,
  email: string | null = null,
): string {
  const token = newToken();
  endLinks(db, purpose, accountId, now());
  insertLink(db, { tokenHash: sha256Hex(token), purpose, accountId, email, expiresAt: now() + LIFETIME[purpose] });
  return token;
}

/** Makes a link for a new password dead, once the password or the address it was sent to is another. */
export function endResetLinks(db: Queries, accountId: string): void {
  endLinks(db, 'password-reset', accountId, now());
}

/** The link behind a token, if it still works. Looking consumes nothing. */
export function findLink(db: Queries, purpose: LinkRow['purpose'], token: unknown): LinkRow | undefined {
  return typeof token === 'string' ? findLiveLink(db, purpose, sha256Hex(token), now()) : undefined;
}

/** Uses a link up; called in the transaction that does what it is for. Undefined when it was used in the meantime. */
export function consumeLink(db: Queries, purpose: LinkRow['purpose'], token: unknown): LinkRow | undefined {
  const link = findLink(db, purpose, token);
  if (link !== undefined) markLinkUsed(db, link.tokenHash, now());
  return link;
}
