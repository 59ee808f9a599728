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
  const lock = new Database(join(dataDir, 'lock'), { timeout: 0 });
  try {
    // In memory: nothing is ever written, and a full disk is no obstacle.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) {
      throw new DirectoryInUse(`${dataDir} is in use by another process of the portal`);
    }
    throw error;
  }
  return () => lock.close();
}
