/** The one place that reads the time. Instants are UTC milliseconds since 1970. */
export function now(): number {
  return Date.now();
}

/** Starts counting: the function returned tells how many milliseconds have passed since. Clocks that are set do not disturb it. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
