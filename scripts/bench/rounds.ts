/** Something to measure; what `prepare` makes is not counted. */
export interface Task<T> {
  readonly prepare: (round: number) => T;
  readonly run: (prepared: T) => unknown;
}

/** A task whose preparation is of no interest. */
export function task<T>(prepare: (round: number) => T, run: (prepared: T) => unknown): Task<unknown> {
  return { prepare, run: (prepared) => run(prepared as T) };
}

/** These rounds only let the compiler see the code. */
const WARM_UP = 60;

/**
 * How long each task takes, in ms: the lower quartile of many rounds, which are those that nothing disturbed. In each round all are measured in
 * turn, so whatever else the machine does hits all of them alike, and their ratios hold though the times do not.
 */
export async function measure<N extends string>(
  tasks: Readonly<Record<N, Task<unknown>>>,
  rounds: number,
): Promise<Readonly<Record<N, number>>> {
  const names = Object.keys(tasks) as N[];
  const times = new Map<N, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    // The order changes from round to round: who comes after whom shall not matter.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const time = await once(tasks[name], round);
      if (round >= WARM_UP) times.get(name)?.push(time);
    }
  }
  return Object.fromEntries(names.map((name) => [name, lowerQuartile(times.get(name) ?? [])])) as Record<N, number>;
}

async function once({ prepare, run }: Task<unknown>, round: number): Promise<number> {
  const prepared = prepare(round);
  const begin = performance.now();
  const result = run(prepared);
  if (result instanceof Promise) await result;
  return performance.now() - begin;
}

function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 4)] ?? Number.NaN;
}
