import { expect } from 'vitest';
import type { Answer } from './visitor.ts';

/** The rows of a CSV answer, the headings first; fails where it is no such file. */
export function csvIn(answer: Answer, name: string): string[][] {
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
  expect(answer.headers['cache-control']).toBe('no-store');
  const day = new Date().toISOString().slice(0, 10);
  expect(answer.headers['content-disposition']).toBe(`attachment; filename="${name}-${day}.csv"`);
  expect([...answer.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return parseCsv(answer.bytes.subarray(3).toString('utf8'));
}

/** Reads CSV as RFC 4180 says, and nothing else: every line ends in CR LF. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Error('not CSV');
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') rows.push(row.splice(0));
    if (found[3] === '\r\n') row = [];
  }
  if (row.length > 0) throw new Error('the last line has no end');
  return rows;
}

/** One column of them, by its heading. */
export function columnOf(rows: readonly string[][], heading: string): string[] {
  const index = rows[0]?.indexOf(heading) ?? -1;
  expect(index).toBeGreaterThanOrEqual(0);
  return rows.slice(1).map((row) => row[index] ?? '');
}
