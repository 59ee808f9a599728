import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSchedules } from '../../src/lib/schedules.ts';

const MINUTE = 60_000;
const logged: unknown[] = [];
const log = { error: (data: object, message: string) => void logged.push([data, message]) };

beforeEach(() => {
  logged.length = 0;
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 24, 9, 0, 30) });
});
afterEach(() => void vi.useRealTimers());

/** Work that ends when told to. */
function endless() {
  const ends: (() => void)[] = [];
  const work = vi.fn(() => new Promise<void>((resolve) => void ends.push(resolve)));
  return { work, end: () => ends.shift()?.() };
}

test('runs at the start, then whenever its pattern says, and not before the start', async () => {
  const schedules = createSchedules(log);
  const work = vi.fn();
  schedules.add('work', '* * * * *', work);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(work).toHaveBeenCalledTimes(0);
  schedules.start();
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(work).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(work).toHaveBeenCalledTimes(7);
  await schedules.stop();
});

test('a run that fails is logged, and the next ones and the others run all the same', async () => {
  const schedules = createSchedules(log);
  const failing = vi.fn(() => Promise.reject(new Error('no space left')));
  const throwing = vi.fn(() => {
    throw new Error('closed');
  });
  const other = vi.fn();
  schedules.add('failing', '* * * * *', failing);
  schedules.add('throwing', '* * * * *', throwing);
  schedules.add('other', '* * * * *', other);
  schedules.start();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  for (const work of [failing, throwing, other]) expect(work).toHaveBeenCalledTimes(3);
  expect(logged).toHaveLength(6);
  expect(logged).toContainEqual([{ err: new Error('no space left'), schedule: 'failing' }, 'a scheduled run failed']);
  await schedules.stop();
});

test('a run never overlaps another of the same schedule', async () => {
  const schedules = createSchedules(log);
  const slow = endless();
  const other = vi.fn();
  schedules.add('slow', '* * * * *', slow.work);
  schedules.add('other', '* * * * *', other);
  schedules.start();
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(slow.work).toHaveBeenCalledTimes(1);
  expect(other).toHaveBeenCalledTimes(4);
  slow.end();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(slow.work).toHaveBeenCalledTimes(2);
  slow.end();
  await schedules.stop();
});

test('stopping tells what is under way, waits for it, and lets nothing begin', async () => {
  const schedules = createSchedules(log);
  let stopped = false;
  const work = vi.fn(
    (stopping: AbortSignal) =>
      new Promise<void>((resolve) => stopping.addEventListener('abort', () => setTimeout(resolve, 1_000))),
  );
  schedules.add('work', '* * * * *', work);
  schedules.start();
  const stopping = schedules.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopping;
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(work).toHaveBeenCalledTimes(1);
});

test('stopping does not wait for ever; what fails afterwards is not logged', async () => {
  const schedules = createSchedules(log);
  const { promise, reject: fail } = Promise.withResolvers<void>();
  schedules.add('stuck', '* * * * *', () => promise);
  schedules.start();
  const stopping = schedules.stop(5_000);
  await vi.advanceTimersByTimeAsync(5_000);
  await stopping;
  fail(new Error('the database is closed'));
  await vi.advanceTimersByTimeAsync(1);
  expect(logged).toEqual([]);
});

test('a pattern that cannot be read stops the start', () => {
  const schedules = createSchedules(log);
  schedules.add('work', 'every morning', () => undefined);
  expect(() => schedules.start()).toThrow();
});
