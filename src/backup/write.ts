import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkTrail } from '../audit/index.ts';
import { connect, createFolder, type Db, openFile, type Sqlite } from '../db/index.ts';
import { now } from '../lib/clock.ts';
import { flush } from '../lib/durable-files.ts';
import { newId, sha256Hex } from '../lib/ids.ts';
import { placeNew } from '../lib/place-new.ts';
import { checkDatabase } from './check.ts';
import { BACKED_UP, BACKUP_TABLES, BackupRefused, FORMAT, type Manifest } from './format.ts';
import { seal } from './seal.ts';

export interface Written extends Manifest {
  readonly file: string;
  readonly files: readonly string[];
}

/**
 * Writes a backup of a data directory while the portal goes on: the database as it is at one instant, the encrypted keys, the own
 * terms; never the passphrase. It has mode 0600, is checked after writing, and is there whole or not at all.
 * @throws BackupRefused when the file exists, when there is no room for it, or when what was written is not sound
 */
export async function writeBackup(db: Db, dataDir: string, file: string): Promise<Written> {
  if (file === '') throw new BackupRefused('the name of the backup is empty');
  const target = resolve(file);
  if (existsSync(target)) throw alreadyThere(target);
  createFolder(dirname(target));
  // Of its own name: others may be writing to the same place.
  const partial = `${target}.${newId()}.partial`;
  try {
    // Made before SQLite does, so that it never has another mode.
    closeSync(openSync(partial, 'wx', 0o600));
    await db.$client.backup(partial, { progress: () => ALL_AT_ONCE });
    const { manifest, files } = complete(partial, dataDir);
    flush(partial);
    if (!placeNew(partial, target)) throw alreadyThere(target);
    flush(dirname(target));
    return { ...manifest, file: target, files };
  } catch (error) {
    throw NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '') ? noRoom(target, error) : error;
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(partial + end, { force: true });
  }
}

/** In pages. In pieces, the copy would begin anew whenever somebody writes in between. */
const ALL_AT_ONCE = Number.MAX_SAFE_INTEGER;

/** Of what is written: the database is only read. */
const NO_ROOM = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);

const noRoom = (target: string, cause: unknown) =>
  new BackupRefused(
    `there is not enough room for a backup in ${dirname(target)}. The database is not harmed. Make room there, or write the backup elsewhere`,
    { cause },
  );

const alreadyThere = (target: string) => new BackupRefused(`${target} exists already; a backup overwrites nothing`);

/** Adds to the copy of the database what else belongs to a backup, and checks it. */
function complete(partial: string, dataDir: string): { manifest: Manifest; files: string[] } {
  const sqlite = openFile(partial);
  try {
    const copy = connect(sqlite);
    // One file, without a log beside it.
    sqlite.pragma('journal_mode = DELETE');
    checkDatabase(sqlite);
    const manifest = manifestOf(copy);
    sqlite.exec(BACKUP_TABLES);
    sqlite
      .prepare(
        'INSERT INTO backup (format, created_at, migrations, head, head_entry) VALUES (@format, @createdAt, @migrations, @head, @headEntry)',
      )
      .run(manifest);
    const files = addFiles(sqlite, dataDir);
    seal(sqlite, partial);
    return { manifest, files };
  } finally {
    sqlite.close();
  }
}

function manifestOf(copy: Db): Manifest {
  const migrations = Number(copy.$client.prepare('SELECT count(*) FROM migrations').pluck().get());
  const chained = copy.$client.prepare("SELECT 1 FROM sqlite_master WHERE name = 'audit_head'").get() !== undefined;
  const trail = chained ? checkTrail(copy) : undefined;
  if (trail?.fault !== undefined)
    throw new BackupRefused('the audit trail is not sound: `pmp audit verify` says where. No backup was written');
  return {
    format: FORMAT,
    createdAt: now(),
    migrations,
    head: trail?.head.hash ?? null,
    headEntry: trail?.head.entryId ?? null,
  };
}

function addFiles(sqlite: Sqlite, dataDir: string): string[] {
  const keys = join(dataDir, 'keys');
  const names = [
    ...(existsSync(keys) ? readdirSync(keys).map((name) => `keys/${name}`) : []),
    ...(existsSync(join(dataDir, 'terms.json')) ? ['terms.json'] : []),
  ].filter((name) => BACKED_UP.test(name));
  const insert = sqlite.prepare('INSERT INTO backup_files (name, bytes, sha256) VALUES (?, ?, ?)');
  for (const name of names) {
    const bytes = readFileSync(join(dataDir, name));
    if (name.startsWith('keys/') && !bytes.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----'))
      throw new BackupRefused(`${name} is no encrypted key; no backup was written`);
    insert.run(name, bytes, sha256Hex(bytes));
  }
  return names;
}
