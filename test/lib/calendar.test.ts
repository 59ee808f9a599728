import { describe, expect, it, test } from 'vitest';
import { dayOf, daysBetween, mondayOf, startOfDay } from '../../src/lib/calendar.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (instant: number) => new Date(instant).toISOString();

test.each([
  ['UTC', '2026-11-24T00:00:00Z', '2026-11-24'],
  ['UTC', '2026-11-23T23:59:59.999Z', '2026-11-23'],
  ['Asia/Kolkata', '2026-11-23T18:29:59.999Z', '2026-11-23'],
  ['Asia/Kolkata', '2026-11-23T18:30:00Z', '2026-11-24'],
  ['America/Los_Angeles', '2026-11-24T07:59:59.999Z', '2026-11-23'],
  ['America/Los_Angeles', '2026-11-24T08:00:00Z', '2026-11-24'],
])('in %s, %s is on %s', (zone, instant, day) => {
  expect(dayOf(at(instant), zone)).toBe(day);
});

describe('days between', () => {
  it.each([
    ['UTC', '2026-11-24T23:59:59.999Z', '2026-11-25T00:00:00Z', 1],
    ['UTC', '2026-11-24T00:00:00Z', '2026-11-24T23:59:59.999Z', 0],
    ['UTC', '2026-11-25T00:00:00Z', '2026-11-24T23:59:59Z', -1],
    ['Asia/Kolkata', '2026-11-24T18:29:59Z', '2026-11-24T18:30:00Z', 1],
    ['Asia/Kolkata', '2026-11-24T18:30:00Z', '2026-11-25T00:00:00Z', 0],
    // A day of 23 hours (29 March) and one of 25 (25 October) count as one.
    ['Europe/Paris', '2026-03-28T12:00:00Z', '2026-03-30T10:30:00Z', 2],
    ['Europe/Paris', '2026-10-24T22:30:00Z', '2026-10-25T22:59:59Z', 0],
    ['Europe/Paris', '2026-10-24T22:30:00Z', '2026-10-25T23:00:00Z', 1],
  ])('in %s, from %s to %s: %i', (zone, from, to, days) => {
    expect(daysBetween(at(from), at(to), zone)).toBe(days);
  });
});

test.each([
  ['UTC', 0, '2026-11-24T00:00:00.000Z'],
  ['UTC', 31, '2026-12-25T00:00:00.000Z'],
  ['Asia/Kolkata', 1, '2026-11-24T18:30:00.000Z'],
  // Summer time begins in Santiago at midnight: the day begins at one.
  ['America/Santiago', 285, '2027-09-05T04:00:00.000Z'],
])('in %s, %i days on, the day begins at %s', (zone, days, start) => {
  expect(iso(startOfDay(at('2026-11-24T12:00:00Z'), zone, days))).toBe(start);
});

test.each([
  ['UTC', '2026-11-22T23:59:59Z', '2026-11-16', '2026-11-16T06:00:00.000Z'],
  ['UTC', '2026-11-23T00:00:00Z', '2026-11-23', '2026-11-23T06:00:00.000Z'],
  ['UTC', '2026-11-29T23:59:59Z', '2026-11-23', '2026-11-23T06:00:00.000Z'],
  ['Asia/Kolkata', '2026-11-22T18:30:00Z', '2026-11-23', '2026-11-23T00:30:00.000Z'],
  ['America/Los_Angeles', '2026-11-23T07:59:59Z', '2026-11-16', '2026-11-16T14:00:00.000Z'],
])('in %s, %s is in the week of Monday %s', (zone, instant, day, morning) => {
  const monday = mondayOf(at(instant), zone, 6);
  expect([monday.day, iso(monday.at)]).toEqual([day, morning]);
});
