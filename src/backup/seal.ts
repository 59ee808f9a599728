import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Sqlite } from '../db/index.ts';

/** SQLite counts changes in it, and notes the kind of log; what matters of the rest, SQLite checks. In bytes. */
const HEADER = 100;

/** Writes into the manifest the digest of the backup. It finds damage and changes by hand; it is no signature. */
export function seal(sqlite: Sqlite, file: string): void {
  sqlite.prepare('UPDATE backup SET digest = ?').run(digestOf(sqlite, file));
}

/** Whether a backup is as it was written; true of one that has no digest: the first backups had none. */
export function isSealIntact(sqlite: Sqlite, file: string): boolean {
  const { digest = null } = sqlite.prepare('SELECT * FROM backup').get() as { digest?: string | null };
  return digest === null || digest === digestOf(sqlite, file);
}

/** SHA-256 of the manifest and of all pages of the file but the manifest's own, lower-case hex. */
function digestOf(sqlite: Sqlite, file: string): string {
  const own = sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'backup'").pluck().get();
  const manifest = sqlite.prepare('SELECT format, created_at, migrations, head, head_entry FROM backup').raw().get();
  const hash = createHash('sha256').update(JSON.stringify(manifest));
  const page = Buffer.alloc(Number(sqlite.pragma('page_size', { simple: true })));
  const descriptor = openSync(file, 'r');
  try {
    for (let number = 1; ; number += 1) {
      const size = readSync(descriptor, page);
      if (size === 0) return hash.digest('hex');
      if (number !== own) hash.update(page.subarray(number === 1 ? HEADER : 0, size));
    }
  } finally {
    closeSync(descriptor);
  }
}
