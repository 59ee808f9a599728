import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectoryInUse, lockDirectory } from '../../src/db/index.ts';
import { temporaryFolder } from '../cli/support.ts';

const LOCK = resolve(import.meta.dirname, '../../src/db/lock.ts');

/** Tries to take a directory in another process, which then ends without giving it back. */
function tryElsewhere(dataDir: string): string {
  const script = `import { lockDirectory } from ${JSON.stringify(LOCK)};
    try { lockDirectory(${JSON.stringify(dataDir)}); console.log('taken'); } catch (error) { console.log(error.constructor.name); }
    process.kill(process.pid, 'SIGKILL');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
}

describe('a data directory', () => {
  it('is for one process; whoever is killed holds it no longer', () => {
    const { dataDir } = temporaryFolder();
    const release = lockDirectory(dataDir);
    expect(tryElsewhere(dataDir)).toBe('DirectoryInUse');
    expect(() => lockDirectory(dataDir)).toThrow(DirectoryInUse);
    release();
    expect(tryElsewhere(dataDir)).toBe('taken');
    lockDirectory(dataDir)();
  });
});
