import { statfsSync } from 'node:fs';

export const MIB = 1024 * 1024;

/** What is left on the disk of a folder, in bytes, and of the files it can have. */
export function roomOf(folder: string): { bytes: number; files: number } {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  // Some file systems count no files.
  return { bytes: bavail * bsize, files: files > 0 ? ffree : Number.POSITIVE_INFINITY };
}

/** Whether not even the database could be opened there, which makes files beside it. */
export function isFull(folder: string): boolean {
  try {
    const { bytes, files } = roomOf(folder);
    return bytes < MIB || files < 2;
  } catch {
    return false;
  }
}
