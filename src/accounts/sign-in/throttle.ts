import { normalizeIP } from '@fastify/rate-limit';
import { type Db, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { MINUTE, SECOND } from '../../lib/durations.ts';
import { AppError } from '../../lib/errors.ts';
import { countFailure, deleteOldFailures, findFailures, forgetFailures, takeFailureBack } from '../store.ts';

/** Failures are counted in windows of this length (rules 7). */
const WINDOW = 15 * MINUTE;
/** From this many failures on, an account has to wait between attempts; an address, behind which many people may sit, later. */
const ACCOUNT_LIMIT = 5;
const ADDRESS_LIMIT = 50;

/** What failures are counted for: an account (or the name tried, where there is none), and the address. */
export interface Attempt {
  readonly account: string;
  readonly address: string;
}

/**
 * Makes an attempt wait after too many failures: 30 seconds after the fifth, twice as long after each further one, at most until
 * the window ends. Slowed down, not locked out: nobody can keep somebody else out for long (ASVS 6.1.1).
 * @throws AppError too-many, PMP-AU-002, with the seconds to wait
 */
export function refuseWhileSlowed(db: Db, attempt: Attempt): void {
  const waits = [waitOf(db, accountKey(attempt), ACCOUNT_LIMIT), waitOf(db, addressKey(attempt), ADDRESS_LIMIT)];
  const wait = Math.max(...waits);
  if (wait <= 0) return;
  const seconds = Math.ceil(wait / SECOND);
  throw new AppError('too-many', [{ code: 'PMP-AU-002', name: 'sign-in-slowed', data: { seconds } }], {
    retryAfter: seconds,
  });
}

function waitOf(db: Db, key: string, limit: number): number {
  const failures = findFailures(db, key);
  if (failures === undefined || failures.count < limit || failures.windowStart + WINDOW <= now()) return 0;
  const pause = 30 * SECOND * 2 ** Math.min(failures.count - limit, 10);
  return Math.min(failures.lastAt + pause, failures.windowStart + WINDOW) - now();
}

/**
 * Counts an attempt as a failure before its password is looked at, so that many at the same time cannot all pass; a success takes it
 * back. Tells for account and address whether it is the first of its window.
 */
export function noteAttempt(db: Db, attempt: Attempt): { accountFirst: boolean; addressFirst: boolean } {
  const at = now();
  const since = at - WINDOW;
  return transaction(db, (tx) => {
    deleteOldFailures(tx, since - WINDOW);
    return {
      accountFirst: countFailure(tx, accountKey(attempt), at, since) === 1,
      addressFirst: countFailure(tx, addressKey(attempt), at, since) === 1,
    };
  });
}

/** A success ends the slowing of the account; of the address only this attempt is taken back. */
export function noteSuccess(db: Db, attempt: Attempt): void {
  transaction(db, (tx) => {
    forgetFailures(tx, accountKey(attempt));
    takeFailureBack(tx, addressKey(attempt));
  });
}

const accountKey = (attempt: Attempt) => `account ${attempt.account}`;
/** Who has one address of IPv6 mostly has all 2⁶⁴ of its network, so they count as one; an IPv4 address counts as itself however it is written. */
const addressKey = (attempt: Attempt) => `address ${normalizeIP(attempt.address, 64)}`;
