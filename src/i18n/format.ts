import { DAY } from '../lib/durations.ts';
import type { Language } from './index.ts';

/** Shows instants and numbers in the reader's language. Instants are UTC ms, shown in the configured zone. */
export interface Format {
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
  /** "in 23 days", "4 days ago", "today": in days up to a month, then in months and years. */
  relative(at: number, now: number): string;
}

const formats = new Map<string, Format>();

/** The formats of a language and a time zone, made once. */
export function formatter(language: Language, timeZone: string): Format {
  const key = `${language} ${timeZone}`;
  const known = formats.get(key) ?? createFormat(language, timeZone);
  formats.set(key, known);
  return known;
}

function createFormat(language: Language, timeZone: string): Format {
  const locale = language === 'en' ? 'en-GB' : language;
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
  return {
    date: (at) => date.format(at),
    dateTime: (at) => dateTime.format(at),
    exact: (at) => exact.format(at),
    iso: (at) => new Date(at).toISOString(),
    number: (value) => number.format(value),
    bytes: (count) => (count < 1000 ? byte.format(count) : kilobyte.format(count / 1000)),
    relative: (at, now) => {
      const days = Math.trunc((at - now) / DAY);
      if (Math.abs(days) < 60) return relative.format(days, 'day');
      if (Math.abs(days) < 730) return relative.format(Math.round(days / 30.44), 'month');
      return relative.format(Math.round(days / 365.25), 'year');
    },
  };
}
