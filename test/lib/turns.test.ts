import { expect, it } from 'vitest';
import { AppError } from '../../src/lib/errors.ts';
import { createTurns } from '../../src/lib/turns.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work that goes on until it is told to end. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let begun = false;
  const run = () => {
    begun = true;
    return promise;
  };
  return { run, begun: () => begun, end: resolve, fail: reject };
}

it('lets so many work at once; the others begin in the order they came', async () => {
  const turns = createTurns({ atOnce: 2, waiting: 5 });
  const works = [work(), work(), work(), work()];
  const all = works.map(({ run }) => turns.run(run));
  await settle();
  expect(works.map(({ begun }) => begun())).toEqual([true, true, false, false]);
  works[1]?.end();
  await settle();
  expect(works.map(({ begun }) => begun())).toEqual([true, true, true, false]);
  for (const { end } of works) end();
  await Promise.all(all);
  expect(works[3]?.begun()).toBe(true);
});

it('refuses whoever would wait behind too many, and takes others again later', async () => {
  const turns = createTurns({ atOnce: 1, waiting: 1 });
  const [first, second] = [work(), work()];
  const both = [turns.run(first.run), turns.run(second.run)];
  const refused = turns.take();
  await expect(refused).rejects.toThrow(AppError);
  await expect(refused).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 5 });
  first.end();
  second.end();
  await Promise.all(both);
  await expect(turns.run(async () => 'done')).resolves.toBe('done');
});

it('ends a turn with the work, also where it fails, and only once', async () => {
  const turns = createTurns({ atOnce: 1, waiting: 0 });
  const failing = work();
  const run = turns.run(failing.run);
  failing.fail(new Error('broken'));
  await expect(run).rejects.toThrow('broken');
  const end = await turns.take();
  end();
  end();
  const next = await turns.take();
  await expect(turns.take()).rejects.toMatchObject({ kind: 'unavailable' });
  next();
});
