import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run bench`: every measurement of how much the portal does in how much time, one after the other; about ten minutes. Exits 1 when
 * one of them misses a bar.
 */
const SCRIPTS: readonly (readonly [script: string, ...args: string[]])[] = [
  ['bench-throughput.ts'],
  ['bench-issuing.ts'],
  ['bench-lists.ts', '1000000'],
];

for (const [script, ...args] of SCRIPTS) {
  console.log(`\n${[script, ...args].join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
