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
