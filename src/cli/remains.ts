import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config.ts';

/** Whether a portal has been there: its database, not an empty file that stands in its place. */
export function hasDatabase(dataDir: string): boolean {
  const found = statSync(join(dataDir, 'pmp.sqlite'), { throwIfNoEntry: false });
  return found !== undefined && !(found.isFile() && found.size === 0);
}

/**
 * Keys and nightly backups of a portal whose database is gone. A new portal in their place would have another CA, and its own backups would
 * push out those that could bring the old one back.
 * @returns in words what lies where; undefined when there is nothing, or the database is there
 */
export function remainsOf({ dataDir, backupFolder }: Pick<Config, 'dataDir' | 'backupFolder'>): string | undefined {
  if (hasDatabase(dataDir)) return undefined;
  const keys = join(dataDir, 'keys');
  const found = [
    wordFiles(keys, /\.pem$/, 'signing keys'),
    wordFiles(backupFolder, /^pmp-.*\.backup$/, 'nightly backups'),
  ];
  return found.filter((words) => words !== undefined).join(' and ') || undefined;
}

export const REMAINS_ADVICE =
  'move the directory away and restore the newest backup into an empty one (pmp restore); to begin anew, move keys and backups away';

/** @throws ConfigError rather than let a new portal begin over what is left of another */
export function refuseRemains(config: Config): void {
  const remains = remainsOf(config);
  if (remains === undefined) return;
  throw new ConfigError(
    `PMP_DATA_DIR: the database ${join(config.dataDir, 'pmp.sqlite')} is missing or empty, but there are ${remains}.\nNothing was changed. What to do: ${REMAINS_ADVICE}.`,
  );
}

function wordFiles(folder: string, name: RegExp, what: string): string | undefined {
  const count = namesIn(folder).filter((each) => name.test(each)).length;
  return count === 0 ? undefined : `${what} in ${folder} (${count})`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
