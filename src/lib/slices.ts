import { stopwatch } from './clock.ts';

/** After so many milliseconds of one long piece of work, others have their turn. */
const SLICE = 10;

/**
 * Does something with each of many items, in slices between which the process answers others.
 * @param atEnd called after each slice, before the others have their turn
 */
export async function inSlices<T>(
  items: Iterable<T>,
  work: (item: T) => void,
  atEnd: () => void = () => {},
): Promise<void> {
  let elapsed = stopwatch();
  for (const item of items) {
    work(item);
    if (elapsed() < SLICE) continue;
    atEnd();
    await new Promise((resolve) => setImmediate(resolve));
    elapsed = stopwatch();
  }
  atEnd();
}
