import { DAY } from '../../lib/durations.ts';
import type { Certificate } from '../certificate.ts';
import { type Fault, fault } from '../faults.ts';

/** Rules 2.2 and 3.1: the validity has begun; its first instant is inside. */
export function judgeBegun({ notBefore }: Certificate, at: number): Fault | undefined {
  return notBefore <= at ? undefined : fault('not-yet-valid', { notBeforeAt: notBefore, nowAt: at });
}

/** Rules 2.3 and 3.2: the validity has not ended; its last instant is inside. */
export function judgeNotEnded({ notAfter }: Certificate, at: number): Fault | undefined {
  return notAfter >= at ? undefined : fault('expired', { notAfterAt: notAfter, nowAt: at });
}

/** Rules 2.4: a CA certificate has at least this many calendar months left. */
export const CA_MONTHS_LEFT = 12;

/** Rules 2.4: at least 12 calendar months of validity are left. */
export function judgeCaTimeLeft({ notAfter }: Certificate, at: number): Fault | undefined {
  const needed = addMonths(at, CA_MONTHS_LEFT);
  return notAfter >= needed
    ? undefined
    : fault('ca-ends-too-soon', { notAfterAt: notAfter, neededAt: needed, months: CA_MONTHS_LEFT });
}

/** Rules 3.3: at least so many whole days, of 86 400 s counted from now, are left. */
export function judgeDaysLeft({ notAfter }: Certificate, at: number, days: number): Fault | undefined {
  const needed = at + days * DAY;
  return notAfter >= needed
    ? undefined
    : fault('partner-ends-too-soon', { notAfterAt: notAfter, neededAt: needed, days });
}

/** So many calendar months later, in UTC; where that month has no such day, its last one (29 February to 28 February). */
export function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
