import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const read = (name: string) => readFileSync(resolve(import.meta.dirname, '../..', name), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { gypfile?: boolean; resolved?: string }>;
};
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;

it('installs without a compiler: better-sqlite3 brings its binaries', () => {
  // npm forgets "gypfile": false of the package when it reads the lockfile, and would run node-gyp. `npm install` drops the line
  // from the lockfile: put it back ("gypfile": false in the entry node_modules/better-sqlite3).
  expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
});

it('names no registry in the lockfile', () => {
  expect(Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
  expect(read('package-lock.json')).not.toMatch(
    /https?:\/\/(?!.*(?:github\.com|opencollective\.com|tidelift\.com))[^"]*registry/,
  );
});

it('pins exact versions', () => {
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
