import { daysBetween } from '../lib/calendar.ts';
import { now } from '../lib/clock.ts';
import { MINUTE } from '../lib/durations.ts';
import { type Language, LOCALES } from './languages.ts';

/**
 * Shows instants and numbers in the reader's language. Instants are UTC ms, shown in the configured zone. What no calendar has is shown
 * as a dash: a page never fails for a date.
 */
export interface Format {
  /** The name of the zone: "India Standard Time", "Coordinated Universal Time". */
  readonly zone: string;
  date(at: number): string;
  /** Date, time and the name of the zone. */
  dateTime(at: number): string;
  /** The same to the second, where two instants would otherwise look alike. */
  exact(at: number): string;
  /** For `<time datetime>`. */
  iso(at: number): string;
  number(value: number): string;
  /** The size of a file: "812 bytes", "1.4 kB". */
  bytes(count: number): string;
  /** "in 23 days", "4 days ago", "today": in calendar days of the zone up to two months, then in months, from two years on in years. */
  relative(at: number, now: number): string;
}

const formats = new Map<string, Format>();

/** The formats of a language and a time zone, made once. */
export function formatter(language: Language, timeZone: string): Format {
  return formats.getOrInsertComputed(`${language} ${timeZone}`, () => createFormat(language, timeZone));
}

function createFormat(language: Language, timeZone: string): Format {
  const locale = LOCALES[language];
  const date = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  const toTheMinute = {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  } as const;
  const dateTime = new Intl.DateTimeFormat(locale, toTheMinute);
  const exact = new Intl.DateTimeFormat(locale, { ...toTheMinute, second: '2-digit' });
  const number = new Intl.NumberFormat(locale);
  const byte = new Intl.NumberFormat(locale, { style: 'unit', unit: 'byte', unitDisplay: 'long' });
  const kilobyte = new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const fromToday = remembered((days: number) => {
    if (Math.abs(days) < 60) return relative.format(days, 'day');
    if (Math.abs(days) < 730) return relative.format(Math.round(days / 30.44), 'month');
    return relative.format(Math.round(days / 365.25), 'year');
  });
  const shown = (format: Intl.DateTimeFormat) => (at: number) => (isInstant(at) ? format.format(at) : NOTHING);
  return {
    zone: zoneName(locale, timeZone),
    date: byQuarters(shown(date)),
    dateTime: shown(dateTime),
    exact: shown(exact),
    iso: (at) => (isInstant(at) ? new Date(at).toISOString() : ''),
    number: (value) => number.format(value),
    bytes: (count) => (count < 1000 ? byte.format(count) : kilobyte.format(count / 1000)),
    relative: (at, now) => (isInstant(at) ? fromToday(daysBetween(now, at, timeZone)) : NOTHING),
  };
}

/** Since 1973 the clocks of zones differ by quarters of an hour, so that a date holds for a quarter at least. */
const QUARTER = 15 * MINUTE;
const BY_QUARTERS = Date.UTC(1973, 0);
const MOST_REMEMBERED = 10_000;

function byQuarters(date: (at: number) => string): (at: number) => string {
  const dateOfQuarter = remembered((quarter: number) => date(quarter * QUARTER));
  return (at) => (at < BY_QUARTERS || !isInstant(at) ? date(at) : dateOfQuarter(Math.floor(at / QUARTER)));
}

/** A list shows the same dates again and again, and Intl takes its time. */
function remembered(text: (value: number) => string): (value: number) => string {
  const known = new Map<number, string>();
  return (value) => {
    const shown = known.get(value) ?? text(value);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(value, shown);
    return shown;
  };
}

/** What people call a zone all the year; where they have no name for it, how far it is from UTC, and UTC by its own name. */
function zoneName(locale: string, timeZone: string): string {
  const named = (timeZoneName: 'long' | 'longGeneric') =>
    new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
      .formatToParts(now())
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  const all = named('longGeneric');
  return /\d/.test(all) ? named('long') : all;
}

const NOTHING = '–';

/** Whether `at` is within what ECMAScript calls time (±8.64e15 ms). */
function isInstant(at: number): boolean {
  return Number.isInteger(at) && Math.abs(at) <= 8.64e15;
}
