import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onceInATurn } from '../../src/lib/turn.ts';

test('what is asked several times in a turn is read once, and anew in the next', async () => {
  let count = 0;
  const read = onceInATurn(() => {
    count += 1;
    return count;
  });
  expect([read(), read()]).toEqual([1, 1]);
  await Promise.resolve();
  expect(read()).toBe(1);
  await nextTurn();
  expect([read(), read()]).toEqual([2, 2]);
});

test('nothing is remembered of a read that throws', () => {
  let fails = true;
  const read = onceInATurn(() => {
    if (fails) throw new Error('no');
    return 'yes';
  });
  expect(read).toThrow('no');
  fails = false;
  expect(read()).toBe('yes');
});

test('undefined is an answer too', () => {
  let count = 0;
  const read = onceInATurn(() => {
    count += 1;
  });
  read();
  read();
  expect(count).toBe(1);
});
