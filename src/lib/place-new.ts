import { closeSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';

/** What a file system says that knows no second names for a file, as those of many sticks and shares. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Gives a finished file its name. Unlike a rename it overwrites nothing, also when others do the same at that moment.
 * @returns false when the name is taken; the file is then as it was
 */
export function placeNew(from: string, to: string): boolean {
  try {
    reserve(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  return true;
}

function reserve(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // An empty file holds the name until the finished one takes its place.
    closeSync(openSync(to, 'wx', 0o600));
    try {
      renameSync(from, to);
    } catch (failure) {
      rmSync(to);
      throw failure;
    }
    return;
  }
  rmSync(from);
}
