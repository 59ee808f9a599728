/** What a backup says of itself: one row of its table `backup`. */
export interface Manifest {
  /** Of this form of backups. */
  readonly format: number;
  /** UTC ms. */
  readonly createdAt: number;
  /** How many migrations the database has. */
  readonly migrations: number;
  /** Head of the audit trail, lower-case hex; null from before there was one. */
  readonly head: string | null;
  /** The last entry of the trail. */
  readonly headEntry: number | null;
}

/** The form written here. */
export const FORMAT = 1;

/**
 * A backup is one SQLite file: the whole database, and two tables more, which a restore takes away again. `backup` has the manifest,
 * `backup_files` what lies beside the database, each file with its SHA-256. The column `digest` (src/backup/seal.ts) came later and is no
 * new form: a version that does not know it has to restore the backup that a newer one has written before an upgrade.
 */
export const BACKUP_TABLES = `
  CREATE TABLE backup (format integer NOT NULL, created_at integer NOT NULL, migrations integer NOT NULL, head text, head_entry integer, digest text) STRICT;
  CREATE TABLE backup_files (name text PRIMARY KEY NOT NULL, bytes blob NOT NULL, sha256 text NOT NULL) STRICT;
`;

/** Files that go into a backup and come out of it: encrypted keys, and a country's own terms. Never the passphrase. */
export const BACKED_UP = /^(?:keys\/[0-9a-f]{32}\.pem|terms\.json)$/;

/** A backup that cannot be written, or a file that cannot be restored; the message says why and what to do. */
export class BackupRefused extends Error {}

/** An instant (UTC ms) as it stands in the names of backups: `20261127T010000Z`, in whose order the files are. */
export function stampOf(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** The instant of which `stampOf` made this, UTC ms; NaN where it is none. */
export function instantOf(stamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
