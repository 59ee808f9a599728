import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether this is the check of record, which may leave nothing out. */
const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';

/** Whether a tool is installed. Without it its tests are skipped, with a message; in CI its absence is a failure. */
export function hasTool(name: string): boolean {
  return need(isInstalled(name), `${name} is not installed`);
}

/** The same for a tool too large to be asked for: it is used where it is there, in CI as well. */
export function mayHaveTool(name: string): boolean {
  if (isInstalled(name)) return true;
  process.stderr.write(`skipped: ${name} is not installed\n`);
  return false;
}

function isInstalled(name: string): boolean {
  return spawnSync(name, ['version'], { stdio: 'ignore' }).error === undefined;
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
