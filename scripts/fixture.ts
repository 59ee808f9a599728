import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keptVersions, pack, RELEASES } from '../test/support/releases.ts';
import { makeDataDirectory } from './fixture/make.ts';
import { whyNotAgain } from './fixture/released.ts';

/**
 * `npm run fixture`: keeps a data directory that the program as it is has made, in `test/releases/<version>`. Every later version has to
 * open it (`test/backup/releases.test.ts`).
 */
async function main(): Promise<number> {
  const read = (name: string) => readFileSync(resolve(import.meta.dirname, '..', name), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const why = whyNotAgain(version, keptVersions(), read('CHANGELOG.md'));
  if (why !== undefined) {
    console.error(why);
    return 1;
  }
  const place = mkdtempSync(join(tmpdir(), 'pmp-fixture-'));
  try {
    const dataDir = join(place, 'data');
    const kept = await makeDataDirectory(dataDir);
    const folder = join(RELEASES, version);
    rmSync(folder, { recursive: true, force: true });
    pack(dataDir, kept, folder);
    console.log(`${folder}: the data directory of ${version}`);
    return 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

process.exitCode = await main();
