import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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

/** The path of a program, or undefined where none of this name is installed. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(existsSync);
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
