import { describe, expect, it } from 'vitest';
import { formatter } from '../../src/i18n/format.ts';
import { LANGUAGES } from '../../src/i18n/index.ts';
import { DAY, HOUR, SECOND } from '../../src/lib/durations.ts';

const AT = Date.UTC(2026, 10, 4, 21, 5, 7);
/** Which of the spaces that do not break is the locale's own business. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('an instant', () => {
  it.each([
    ['en', 'UTC', '4 Nov 2026', '4 Nov 2026, 21:05 UTC', '4 Nov 2026, 21:05:07 UTC'],
    ['fr', 'UTC', '4 nov. 2026', '4 nov. 2026, 21:05 UTC', '4 nov. 2026, 21:05:07 UTC'],
    ['ar', 'UTC', '4 نوفمبر 2026', '4 نوفمبر 2026، 21:05 UTC', '4 نوفمبر 2026، 21:05:07 UTC'],
    ['en', 'Asia/Kolkata', '5 Nov 2026', '5 Nov 2026, 02:35 GMT+5:30', '5 Nov 2026, 02:35:07 GMT+5:30'],
    ['fr', 'Asia/Kolkata', '5 nov. 2026', '5 nov. 2026, 02:35 UTC+5:30', '5 nov. 2026, 02:35:07 UTC+5:30'],
    ['ar', 'Asia/Kolkata', '5 نوفمبر 2026', '5 نوفمبر 2026، 02:35 غرينتش+5:30', '5 نوفمبر 2026، 02:35:07 غرينتش+5:30'],
  ] as const)('in %s in %s', (language, zone, date, dateTime, exact) => {
    const fmt = formatter(language, zone);
    expect([fmt.date(AT), fmt.dateTime(AT), fmt.exact(AT)]).toEqual([date, dateTime, exact]);
    expect(fmt.iso(AT)).toBe('2026-11-04T21:05:07.000Z');
  });

  it.each(LANGUAGES)('has the hour 00 at midnight, not 24, in %s', (language) => {
    const midnight = Date.UTC(2026, 10, 4);
    const fmt = formatter(language, 'UTC');
    expect(fmt.dateTime(midnight)).toContain('00:00');
    expect(fmt.dateTime(midnight - SECOND)).toContain('23:59');
  });

  it.each(LANGUAGES)('has digits 0 to 9 and years of the Gregorian calendar in %s', (language) => {
    const shown = formatter(language, 'Asia/Riyadh').exact(AT);
    expect(shown).toContain('2026');
    expect(shown).not.toMatch(/[٠-٩]/);
  });

  it.each([
    // Midnight lies at 18:15 UTC; in 1970 Liberia's lay 44 minutes and 30 seconds after that of UTC.
    ['Asia/Kathmandu', Date.UTC(2026, 10, 4, 18, 15), '4 Nov 2026', '5 Nov 2026'],
    ['Africa/Monrovia', Date.UTC(1970, 10, 5, 0, 44, 30), '4 Nov 1970', '5 Nov 1970'],
  ])('has another date from midnight in %s on', (zone, midnight, before, after) => {
    const { date } = formatter('en', zone);
    const asked = [midnight - SECOND, midnight, midnight - SECOND, midnight + SECOND];
    expect(asked.map(date)).toEqual([before, after, before, after]);
  });

  it.each(LANGUAGES)('that no calendar has is a dash in %s, never an error', (language) => {
    const fmt = formatter(language, 'UTC');
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, -8.64e15 - 1]) {
      expect([fmt.date(at), fmt.dateTime(at), fmt.exact(at), fmt.iso(at)]).toEqual(['–', '–', '–', '']);
    }
    expect(fmt.relative(Number.NaN, AT)).toBe('–');
    expect(fmt.relative(Number.POSITIVE_INFINITY, AT)).toBe('–');
    for (const at of [8.64e15, -8.64e15]) {
      expect(fmt.date(at)).not.toBe('–');
      expect(fmt.iso(at)).not.toBe('');
    }
  });
});

describe('the zone is named', () => {
  it.each([
    ['UTC', 'Coordinated Universal Time', 'temps universel coordonné', 'التوقيت العالمي المنسق'],
    ['Europe/Paris', 'Central European Time', 'heure d’Europe centrale', 'توقيت وسط أوروبا'],
    ['Asia/Kolkata', 'India Standard Time', 'heure de l’Inde', 'توقيت الهند'],
    ['Etc/GMT+3', 'GMT-03:00', 'UTC−03:00', 'غرينتش-03:00'],
  ])('%s', (zone, ...shown) => {
    expect(LANGUAGES.map((language) => formatter(language, zone).zone)).toEqual(shown);
  });
});

describe('how long until then', () => {
  it.each([
    [HOUR, 'today', 'aujourd’hui', 'اليوم'],
    [-HOUR, 'today', 'aujourd’hui', 'اليوم'],
    [DAY, 'tomorrow', 'demain', 'غدًا'],
    [-DAY, 'yesterday', 'hier', 'أمس'],
    [2 * DAY, 'in 2 days', 'après-demain', 'بعد الغد'],
    [3 * DAY, 'in 3 days', 'dans 3 jours', 'خلال 3 أيام'],
    [23 * DAY, 'in 23 days', 'dans 23 jours', 'خلال 23 يومًا'],
    [-4 * DAY, '4 days ago', 'il y a 4 jours', 'قبل 4 أيام'],
    [59 * DAY, 'in 59 days', 'dans 59 jours', 'خلال 59 يومًا'],
    [60 * DAY, 'in 2 months', 'dans 2 mois', 'خلال شهرين'],
    [729 * DAY, 'in 24 months', 'dans 24 mois', 'خلال 24 شهرًا'],
    [730 * DAY, 'in 2 years', 'dans 2 ans', 'خلال سنتين'],
    [-3652 * DAY, '10 years ago', 'il y a 10 ans', 'قبل 10 سنوات'],
  ])('%d ms', (ms, ...shown) => {
    expect(LANGUAGES.map((language) => formatter(language, 'UTC').relative(AT + ms, AT)).map(plain)).toEqual(shown);
  });

  it.each([
    ['UTC', '2026-11-24T23:59:59Z', '2026-11-25T00:00:00Z', 'tomorrow'],
    ['UTC', '2026-11-24T00:00:00Z', '2026-11-24T23:59:59Z', 'today'],
    ['Asia/Kolkata', '2026-11-24T18:29:59Z', '2026-11-24T18:30:00Z', 'tomorrow'],
    ['Asia/Kolkata', '2026-11-24T18:30:00Z', '2026-11-25T18:29:59Z', 'today'],
  ])('counts calendar days of %s, as reminders do: from %s to %s', (zone, from, to, shown) => {
    expect(formatter('en', zone).relative(Date.parse(to), Date.parse(from))).toBe(shown);
  });
});

describe('sizes and numbers', () => {
  it.each([
    [0, '0 bytes', '0 octet', '0 بايت'],
    [1, '1 byte', '1 octet', '1 بايت'],
    [999, '999 bytes', '999 octets', '999 بايت'],
    [1000, '1 kB', '1 ko', '1 كيلوبايت'],
    [1449, '1.4 kB', '1,4 ko', '1.4 كيلوبايت'],
    [1_048_576, '1,048.6 kB', '1 048,6 ko', '1,048.6 كيلوبايت'],
  ])('%d bytes', (count, ...shown) => {
    expect(LANGUAGES.map((language) => formatter(language, 'UTC').bytes(count)).map(plain)).toEqual(shown);
  });

  it('1284', () => {
    const shown = LANGUAGES.map((language) => formatter(language, 'UTC').number(1284));
    expect(shown).toEqual(['1,284', '1\u202f284', '1,284']);
  });
});
