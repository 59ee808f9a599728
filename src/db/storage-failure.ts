/** SQLite could not write or read its files: no room, no leave, a fault of the disk. Extended codes begin with these. */
const SQLITE = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN)(_|$)/;
/** Another program holds the database, for longer than is waited for. */
const HELD = /^SQLITE_BUSY(_|$)/;
/** The same of other files of the data directory, by `errno`. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/**
 * Whether an error says that the disk does not do its part (full, read-only, failing, held by another program), now or until somebody has
 * helped: nothing was changed, and the same may succeed later. Looks through what wraps the driver's error.
 */
export function isStorageFailure(error: unknown): boolean {
  return codesOf(error).some((code) => SQLITE.test(code) || HELD.test(code) || SYSTEM.has(code));
}

/** Of those: another program holds the database. */
export function isHeldByAnother(error: unknown): boolean {
  return codesOf(error).some((code) => HELD.test(code));
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return ['code' in error ? String(error.code) : '', ...codesOf(error.cause)];
}
