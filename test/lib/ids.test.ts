import { afterEach, expect, test, vi } from 'vitest';
import { newId } from '../../src/lib/ids.ts';

afterEach(() => void vi.useRealTimers());

test('an id is 32 hex digits', () => {
  expect(newId()).toMatch(/^[0-9a-f]{32}$/);
});

test('the first eight digits tell ids of one moment apart, in the order in which they were made', () => {
  vi.useFakeTimers({ now: new Date('2026-11-28T09:00:00Z'), toFake: ['Date'] });
  const beginnings = Array.from({ length: 1_000 }, () => newId().slice(0, 8));
  expect(new Set(beginnings).size).toBe(1_000);
  expect(beginnings).toEqual(beginnings.toSorted());
});

test('ids made with a clock that was put back follow those before', () => {
  vi.useFakeTimers({ now: new Date('2026-11-28T09:00:00Z'), toFake: ['Date'] });
  const before = newId();
  vi.setSystemTime('2026-11-28T08:59:00Z');
  expect(newId().slice(0, 8) > before.slice(0, 8)).toBe(true);
});

test('a beginning that starts again from nothing still has its eight digits', () => {
  // The sixteenths of a ms reach a multiple of 2 ** 32 at this moment.
  const restart = (Math.ceil((Date.parse('2100-01-01T00:00:00Z') * 16) / 2 ** 32) * 2 ** 32) / 16;
  vi.useFakeTimers({ now: restart, toFake: ['Date'] });
  expect(newId()).toMatch(/^0000000[0-9a-f]{25}$/);
});

test('the rest is random', () => {
  const rests = Array.from({ length: 10_000 }, () => newId().slice(8));
  expect(new Set(rests).size).toBe(rests.length);
});
