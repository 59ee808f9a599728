/** The one place that reads the time. Instants are UTC milliseconds since 1970. */
export function now(): number {
  return Date.now();
}
