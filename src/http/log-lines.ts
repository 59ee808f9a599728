import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { FastifyServerOptions } from 'fastify';

type Logger = NonNullable<FastifyServerOptions['logger']>;

const STDOUT = 1;

/**
 * A logger whose lines get lost where the standard output is a file on a full disk, or a device that takes none. Its own stream would throw there, also from within the
 * answer to an error: requests would hang for as long as the disk is full.
 */
export function losingLinesOnFullDisk(logger: Logger): Logger {
  const ownStream = typeof logger !== 'object' || 'stream' in logger || 'transport' in logger || 'file' in logger;
  return ownStream || !isFileOrDevice(STDOUT)
    ? logger
    : { ...logger, stream: togetherInATurn((lines) => writeLines(STDOUT, lines)) };
}

/**
 * Hands on what was written in one turn of the event loop at its end, all at once: with many requests at a time a line would cost a call of the
 * system for each. A program that ends in the middle of a turn says its last lines, unless it is killed.
 */
export function togetherInATurn(write: (lines: string) => void): { write: (line: string) => void } {
  let waiting = '';
  const handOn = () => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') write(lines);
  };
  process.on('exit', handOn);
  return {
    write(line) {
      if (waiting === '') setImmediate(handOn);
      waiting += line;
    },
  };
}

/** Writes lines to a file where there is room for them. */
export function writeLines(file: number, lines: string): void {
  try {
    writeSync(file, lines);
  } catch {
    // Nobody is left to be told.
  }
}

function isFileOrDevice(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isFile() || (found.isCharacterDevice() && !isatty(descriptor));
  } catch {
    return false;
  }
}
