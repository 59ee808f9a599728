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
  for (const line of reasonLines(reasons, timeZone)) terminal.err(line);
}

/** Reasons in English, each in a line; where it is about an option, its name first. */
export function reasonLines(reasons: readonly Reason[], timeZone: string): string[] {
  const reader = { language: 'en', t: translator('en'), fmt: formatOf(timeZone), person: null } as const;
  return wordReasons(reasons, reader).map((reason) => `${optionOf(reason.field)}${inOneLine(reason)} [${reason.code}]`);
}

/** A field is called as its option is: `firstName` is `--first-name`. */
function optionOf(field: string | null): string {
  return field === null ? '' : `${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: `;
}

/** How commands write instants. */
export function formatOf(timeZone: string): Format {
  return formatter('en', timeZone);
}
