import { malformed } from './malformed.ts';
import type { DerNode } from './node.ts';
import { TAG } from './tags.ts';

const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/**
 * A Time as UTC ms (RFC 5280 4.1.2.5): seconds given, in Zulu, no fraction; two-digit years from 50 are of the last century.
 * Refuses dates that no calendar has.
 */
export function readTime(node: DerNode | undefined, part: string): number {
  const text = node?.content.toString('latin1') ?? '';
  const match =
    node?.tag === TAG.utcTime ? UTC_TIME.exec(text) : node?.tag === TAG.generalizedTime && GENERALIZED_TIME.exec(text);
  if (!match) return malformed(part);
  const [given = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const year = node?.tag === TAG.utcTime ? given + (given >= 50 ? 1900 : 2000) : given;
  return instant([year, month, day, hour, minute, second]) ?? malformed(part);
}

type Clock = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];

function instant([year, month, day, hour, minute, second]: Clock): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  // Date.UTC reads years below 100 as of the last century; shifting by 400 years, one whole cycle, avoids that.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - FOUR_CENTURIES;
}

const FOUR_CENTURIES = 146_097 * 86_400_000;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
