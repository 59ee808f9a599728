/** The middle one of some figures. */
export const median = (figures: readonly number[]): number => percentile(figures, 0.5);

/** What 99 of a hundred figures do not exceed. */
export const p99 = (figures: readonly number[]): number => percentile(figures, 0.99);

export function percentile(figures: readonly number[], share: number): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length * share)] ?? Number.NaN;
}
