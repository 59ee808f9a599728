import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { losingLinesOnFullDisk, writeLine } from '../../src/http/log-lines.ts';
import { temporaryFolder } from '../cli/support.ts';

describe('a line of the log', () => {
  it('is written where there is room', () => {
    const path = join(temporaryFolder().folder, 'portal.log');
    const file = openSync(path, 'a');
    writeLine(file, 'one\n');
    writeLine(file, 'two\n');
    closeSync(file);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it.skipIf(!existsSync('/dev/full'))('is lost on a full disk, and nothing else', () => {
    const file = openSync('/dev/full', 'w');
    expect(() => writeSync(file, 'one\n')).toThrow('ENOSPC');
    expect(() => writeLine(file, 'one\n')).not.toThrow();
    closeSync(file);
  });

  it('goes where a logger of its own says', () => {
    const stream = { write: () => undefined };
    expect(losingLinesOnFullDisk({ level: 'info', stream })).toEqual({ level: 'info', stream });
    expect(losingLinesOnFullDisk(false)).toBe(false);
  });
});
