/** SQLite could not write or read its files: no room, no leave, a fault of the disk. Extended codes begin with these. */
const SQLITE = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)(_|$)/;
/** The same of other files of the data directory, by `errno`. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/**
 * Whether an error says that the disk does not do its part (full, read-only, failing), now or until somebody has helped: nothing was
 * changed, and the same may succeed later. Looks through what wraps the driver's error.
 */
export function isStorageFailure(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (SQLITE.test(code) || SYSTEM.has(code)) return true;
  }
  return false;
}
