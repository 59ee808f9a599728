import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { losingLinesOnFullDisk, togetherInATurn, writeLines } from '../../src/http/log-lines.ts';
import { temporaryFolder } from '../cli/support.ts';

describe('lines of the log', () => {
  it('are written where there is room', () => {
    const path = join(temporaryFolder().folder, 'portal.log');
    const file = openSync(path, 'a');
    writeLines(file, 'one\n');
    writeLines(file, 'two\n');
    closeSync(file);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it.skipIf(!existsSync('/dev/full'))('are lost on a full disk, and nothing else', () => {
    const file = openSync('/dev/full', 'w');
    expect(() => writeSync(file, 'one\n')).toThrow('ENOSPC');
    expect(() => writeLines(file, 'one\n')).not.toThrow();
    closeSync(file);
  });

  it('go where a logger of its own says', () => {
    const stream = { write: () => undefined };
    expect(losingLinesOnFullDisk({ level: 'info', stream })).toEqual({ level: 'info', stream });
    expect(losingLinesOnFullDisk(false)).toBe(false);
  });

  it('of one turn are written together at its end', async () => {
    const written: string[] = [];
    const log = togetherInATurn((lines) => written.push(lines));
    log.write('one\n');
    log.write('two\n');
    expect(written).toEqual([]);
    await setImmediate();
    expect(written).toEqual(['one\ntwo\n']);
    log.write('three\n');
    await setImmediate();
    expect(written).toEqual(['one\ntwo\n', 'three\n']);
  });

  it.each(['process.exit(3)', "throw new Error('ended')"])(
    'are written when the program ends in the middle: %s',
    (end) => {
      const path = join(temporaryFolder().folder, 'portal.log');
      const module = resolve(import.meta.dirname, '../../src/http/log-lines.ts');
      const script = `import { togetherInATurn, writeLines } from ${JSON.stringify(module)};
      import { openSync } from 'node:fs';
      const file = openSync(${JSON.stringify(path)}, 'a');
      togetherInATurn((lines) => writeLines(file, lines)).write('last\\n');
      ${end};`;
      const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
      expect(status).not.toBe(0);
      expect(readFileSync(path, 'utf8')).toBe('last\n');
    },
  );
});
