import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether this is the check of record, which may leave nothing out. */
const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';

/** Whether a tool is installed. Without it its tests are skipped, with a message; in CI its absence is a failure. */
export function hasTool(name: string): boolean {
  const found = spawnSync(name, ['version'], { stdio: 'ignore' }).error === undefined;
  return need(found, `${name} is not installed`);
}

/** Whether a folder or file outside the project is there; same terms. */
export function hasPath(path: string): boolean {
  return need(existsSync(path), `${path} is not there`);
}

/** False, with a message, where something is missing; in CI that is a failure. */
export function need(found: boolean, missing: string): boolean {
  if (found) return true;
  if (inCi) throw new Error(`${missing}, but CI may skip nothing`);
  process.stderr.write(`skipped: ${missing}\n`);
  return false;
}
