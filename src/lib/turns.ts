import { AppError } from './errors.ts';

/** Dear work takes turns, so that whatever many ask for at once holds up neither the process nor one another for long. */
export interface Turns {
  /**
   * Waits for a turn.
   * @returns what ends it; calling it again changes nothing
   * @throws AppError unavailable, with the time to come back, when too many wait already
   */
  take(): Promise<() => void>;
  /** Does something in a turn of its own. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Seconds until those who wait are through, in all likelihood. */
const COME_BACK = 5;

/** @param atOnce how many have their turn together @param waiting how many more may wait, first come, first served */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): Turns {
  const queue: (() => void)[] = [];
  let free = atOnce;
  const end = () => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const take = async () => {
    if (free > 0) free -= 1;
    else if (queue.length >= waiting) throw new AppError('unavailable', [], { retryAfter: COME_BACK });
    else await new Promise<void>((resolve) => queue.push(resolve));
    let ended = false;
    return () => {
      if (!ended) end();
      ended = true;
    };
  };
  return {
    take,
    async run(work) {
      const done = await take();
      try {
        return await work();
      } finally {
        done();
      }
    },
  };
}
