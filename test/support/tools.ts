import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether this is the check of record, which may leave nothing out. */
const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';

/** Whether a tool is installed. Without it its tests are skipped, with a message; in CI its absence is a failure. */
export function hasTool(name: string): boolean {
  const found = spawnSync(name, ['version'], { stdio: 'ignore' }).error === undefined;
  return require(found, `${name} is not installed`);
}

/** Whether a folder or file outside the project is there; same terms. */
export function hasPath(path: string): boolean {
  return require(existsSync(path), `${path} is not there`);
}

function require(found: boolean, missing: string): boolean {
  if (found) return true;
  if (inCi) throw new Error(`${missing}, but CI may skip nothing`);
  process.stderr.write(`skipped: ${missing}\n`);
  return false;
}
