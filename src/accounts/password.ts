import argon2 from 'argon2';
import type { Reason } from '../lib/reasons.ts';
import { createTurns } from '../lib/turns.ts';
import { isCommonPassword } from './common-passwords.ts';
import { isMadeOfKnownWords } from './known-words.ts';

/** OWASP's parameters for argon2id: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Node's thread pool has four: one is left to the rest of the process. Whoever waits behind a hundred waits for some seconds. */
const turns = createTurns({ atOnce: 3, waiting: 100 });

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** Hashes a password for storing. */
export function hashPassword(password: string): Promise<string> {
  return turns.run(() => argon2.hash(password.normalize('NFC'), PARAMETERS));
}

/** Checks a password against a stored hash; without an account against one that nothing matches, so that both take the same time (rules 7). */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const against = hash ?? (await unmatchable());
  const matches = await turns.run(() => argon2.verify(against, password.normalize('NFC')));
  return matches && hash !== undefined;
}

/** Whether a stored hash was made with other parameters than new ones are: it is made anew when its password is typed (ASVS 11.2.2). */
export function isOutdated(hash: string): boolean {
  return argon2.needsRehash(hash, PARAMETERS);
}

let unmatchableHash: Promise<string> | undefined;

function unmatchable(): Promise<string> {
  unmatchableHash ??= hashPassword('no account has this password');
  return unmatchableHash;
}

/** What is known of the person whose password it is; as typed, where the account is only being made. */
export interface OwnNames {
  readonly username: string;
  readonly email: string;
  /** Null for admins. */
  readonly organization: string | null;
}

/**
 * What is wrong with a new password: PMP-FV-002 outside 12–128 characters; PMP-AU-003 when it is (or merely repeats, or only adds digits to) one of
 * the most common passwords, or is the username or the e-mail, or
 * is made of them, of the organisation and of names of the product.
 */
export function passwordFault(password: string, own: OwnNames): Reason | undefined {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return { code: 'PMP-FV-002', name: 'too-short', data: { length, min: PASSWORD_MIN } };
  if (length > PASSWORD_MAX) return { code: 'PMP-FV-002', name: 'too-long', data: { length, max: PASSWORD_MAX } };
  const typed = password.normalize('NFC').trim().toLowerCase();
  if (isCommon(typed)) return { code: 'PMP-AU-003', name: 'password-common' };
  if (typed === own.username.toLowerCase() || typed === own.email.toLowerCase())
    return { code: 'PMP-AU-003', name: 'password-is-name' };
  const names = [own.username, own.email, own.organization ?? ''];
  if (isMadeOfKnownWords(password, names)) return { code: 'PMP-AU-003', name: 'password-of-known-words' };
  return undefined;
}

function isCommon(password: string): boolean {
  const repeated = /^(.+?)\1+$/u.exec(password)?.[1];
  const candidates = [password, password.replace(/[0-9]+$/, ''), repeated];
  return candidates.some(
    (candidate) => candidate !== undefined && (isCommonPassword(candidate) || [...candidate].length <= 1),
  );
}
