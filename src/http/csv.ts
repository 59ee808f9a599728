import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { now } from '../lib/clock.ts';

/** A cell of a table: text, a number, or nothing. */
export type Cell = string | number | null;

/** A column of a table: its heading in the reader's language, and what it says of a row. */
export interface CsvColumn<Row> {
  readonly label: string;
  readonly cell: (row: Row) => Cell;
}

/** Spreadsheets need it to read UTF-8 as such. */
const BOM = '\ufeff';
/** What a spreadsheet would run, also after white space and signs that nobody sees. */
const FORMULA = /^[\p{C}\p{Z}]*[=+\-@]/u;
/** These alone may begin a formula. */
const FORMULA_SPACE = /^[\t\r\n]/;

/** Whether a list is asked for as a file. */
export function wantsCsv(request: FastifyRequest): boolean {
  return (request.query as { format?: unknown } | undefined)?.format === 'csv';
}

/**
 * Sends a table as CSV (RFC 4180, UTF-8 with BOM), while it is read: between two blocks of rows others are answered, and a slow reader
 * keeps no more than a block waiting.
 * @param name of the file, in ASCII; the day and the extension are added
 */
export function sendCsv<Row>(
  reply: FastifyReply,
  name: string,
  columns: readonly CsvColumn<Row>[],
  blocks: Iterable<readonly Row[]>,
): FastifyReply {
  async function* lines() {
    yield BOM + csvLine(columns.map(({ label }) => label));
    for (const rows of blocks) {
      if (rows.length > 0) yield rows.map((row) => csvLine(columns.map(({ cell }) => cell(row)))).join('');
      await setImmediate();
    }
  }
  const day = new Date(now()).toISOString().slice(0, 10);
  return reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${name}-${day}.csv"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(lines()));
}

/** One line, with its end. Text stands in quotes; what a spreadsheet would take for a formula begins with an apostrophe. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const isFormula = FORMULA_SPACE.test(cell) || FORMULA.test(cell.normalize('NFKC'));
  return `"${(isFormula ? `'${cell}` : cell).replaceAll('"', '""')}"`;
}
