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
    : { ...logger, stream: { write: (line) => writeLine(STDOUT, line) } };
}

/** Writes a line to a file where there is room for it. */
export function writeLine(file: number, line: string): void {
  try {
    writeSync(file, line);
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
