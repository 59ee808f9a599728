import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { createFolder } from './connection.ts';

/** Another process works on this data directory. */
export class DirectoryInUse extends Error {}

/**
 * Takes a data directory for this process alone, until the function that is returned is called or the process ends, however it ends:
 * SQLite's own lock on a file beside the database, which the kernel takes back.
 * @throws DirectoryInUse when another process has it
 */
export function lockDirectory(dataDir: string): () => void {
  createFolder(resolve(dataDir));
  const path = join(dataDir, 'lock');
  try {
    return takeLock(path);
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new DirectoryInUse(`${dataDir} is in use by another process of the portal`);
    // SQLite would not say which file it is.
    throw Object.assign(error as Error, { message: `${path}: ${(error as Error).message}` });
  }
}

function takeLock(path: string): () => void {
  const lock = new Database(path, { timeout: 0 });
  try {
    // In memory: nothing is ever written, and a full disk is no obstacle.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    throw error;
  }
}
