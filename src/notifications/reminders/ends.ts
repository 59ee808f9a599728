import { type Db, type Queries, transaction } from '../../db/index.ts';
import { startOfDay } from '../../lib/calendar.ts';
import { inSlices } from '../../lib/slices.ts';
import { FIRST_REMINDER, THRESHOLDS } from '../kinds.ts';
import {
  type EndsKey,
  type EndsPage,
  type EndsTable,
  findPageEnd,
  type Reached,
  tellCaCertificates,
  tellChipCertificates,
  tellMosipSigned,
  tellPartnerCertificates,
  tellSigningCa,
} from './store.ts';

/** So many certificates are looked at in one transaction. */
const PAGE = 50;

/**
 * Tells everybody what ends soon or has ended, as far as it was not told for the threshold that is reached: days are calendar days in
 * the time zone. A second run tells nothing twice; a run after days without one makes up for what was missed. In slices, between
 * which others are answered.
 */
export async function tellEnds(db: Db, timeZone: string, at: number, stopping?: AbortSignal): Promise<void> {
  const telling = { at, reached: reachedAt(at, timeZone) };
  transaction(db, (tx) => {
    tellCaCertificates(tx, telling);
    tellSigningCa(tx, telling);
  });
  const below = endOfDay(at, timeZone, FIRST_REMINDER);
  await inSlices(pagesOf(db, 'certificates', { below }, stopping), (page) =>
    transaction(db, (tx) => {
      tellPartnerCertificates(tx, telling, page);
      tellChipCertificates(tx, telling, page);
    }),
  );
  await inSlices(pagesOf(db, 'mosip-signed', { below }, stopping), (page) =>
    transaction(db, (tx) => tellMosipSigned(tx, telling, page)),
  );
}

/** For each threshold the ends that have reached it: those within so many calendar days, but not within the days of the next smaller one. */
export function reachedAt(at: number, timeZone: string): Reached[] {
  return THRESHOLDS.map((threshold, index) => {
    const smaller = THRESHOLDS[index - 1];
    const since = smaller === undefined ? Number.MIN_SAFE_INTEGER : endOfDay(at, timeZone, smaller);
    return { threshold, since, below: endOfDay(at, timeZone, threshold) };
  });
}

/** When the calendar day is over that comes `days` days after that of `at`. */
export function endOfDay(at: number, timeZone: string, days: number): number {
  return startOfDay(at, timeZone, days + 1);
}

/** All certificates that end within a time, page by page, each read when its turn comes. */
export function* pagesOf(
  db: Queries,
  table: EndsTable,
  { since = Number.MIN_SAFE_INTEGER, below }: { readonly since?: number; readonly below: number },
  stopping?: AbortSignal,
): Generator<EndsPage> {
  let after: EndsKey = { notAfter: since, id: '' };
  while (stopping?.aborted !== true) {
    const upTo = findPageEnd(db, table, after, below, PAGE);
    if (upTo === undefined) return;
    yield { after, upTo };
    after = upTo;
  }
}
