import { inOneLine, wordReasons } from '../http/words.ts';
import { type Format, formatter } from '../i18n/format.ts';
import { translator } from '../i18n/index.ts';
import type { Reason } from '../lib/reasons.ts';
import type { Terminal } from './terminal.ts';

/** A command that did not do what was asked, for these reasons. */
export class CommandRefused extends Error {
  readonly reasons: readonly Reason[];
  constructor(reasons: readonly Reason[]) {
    super(reasons.map(({ code }) => code).join(' '));
    this.reasons = reasons;
  }
}

/** A command that did not do what was asked; the message says why. */
export class CommandFailed extends Error {}

/** Writes reasons on standard error, each in a line, in English. */
export function writeReasons(terminal: Terminal, reasons: readonly Reason[], timeZone: string): void {
  const reader = { language: 'en', t: translator('en'), fmt: formatOf(timeZone), person: null } as const;
  for (const reason of wordReasons(reasons, reader)) terminal.err(`${inOneLine(reason)} [${reason.code}]`);
}

/** How commands write instants. */
export function formatOf(timeZone: string): Format {
  return formatter('en', timeZone);
}
