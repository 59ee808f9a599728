/**
 * The instants of a calendar day in a time zone, as a half-open range of UTC ms.
 * @param day `2026-11-24`
 * @returns undefined for anything that is no day
 */
export function dayRange(day: string | undefined, timeZone: string): { from: number; to: number } | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  try {
    const date = Temporal.PlainDate.from(day);
    const start = (of: Temporal.PlainDate) => of.toZonedDateTime(timeZone).epochMilliseconds;
    return { from: start(date), to: start(date.add({ days: 1 })) };
  } catch {
    return undefined;
  }
}

/** The calendar day of an instant in a time zone, `2026-11-24`. */
export function dayOf(at: number, timeZone: string): string {
  return zoned(at, timeZone).toPlainDate().toString();
}

/** When the calendar day begins that comes `days` days after that of `at`, UTC ms. */
export function startOfDay(at: number, timeZone: string, days = 0): number {
  return zoned(at, timeZone).toPlainDate().add({ days }).toZonedDateTime(timeZone).epochMilliseconds;
}

/** How many calendar days lie between two instants: 0 on the same day, negative when `to` lies on an earlier day than `from`. */
export function daysBetween(from: number, to: number, timeZone: string): number {
  return zoned(from, timeZone).toPlainDate().until(zoned(to, timeZone).toPlainDate(), { largestUnit: 'day' }).days;
}

/** The date of the Monday of the week of an instant, and when an hour of that Monday begins, UTC ms. */
export function mondayOf(at: number, timeZone: string, hour: number): { day: string; at: number } {
  const today = zoned(at, timeZone).toPlainDate();
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const start = monday.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour }) });
  return { day: monday.toString(), at: start.epochMilliseconds };
}

function zoned(at: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
}

/** Whether a text is a day: `2026-11-24`. */
export function isDay(text: string): boolean {
  return dayRange(text, 'UTC') !== undefined;
}
