import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkTrail, recordChange, SYSTEM } from '../audit/index.ts';
import {
  connect,
  type Db,
  lockDirectory,
  type Migration,
  migrate,
  openFile,
  type Sqlite,
  strayLog,
  transaction,
} from '../db/index.ts';
import { flush, writeSecretFile } from '../lib/durable-files.ts';
import { sha256Hex } from '../lib/ids.ts';
import { checkDatabase, checkSchema } from './check.ts';
import { BACKED_UP, BackupRefused, FORMAT, type Manifest } from './format.ts';
import { isSealIntact } from './seal.ts';

interface BackedUpFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/**
 * Makes a data directory from a backup. All sessions and links end, and the trail says that it was restored. Everything is checked
 * before the first file of the directory is written; the database comes last, so that a portal is there whole or not at all.
 * @throws BackupRefused when the directory holds a portal already, or the file is no sound backup of a version that is known here
 */
export function restoreBackup(file: string, dataDir: string, migrations: readonly Migration[]): Manifest {
  refuseOccupied(dataDir);
  refuseNoFile(file);
  refuseNoFolder(dataDir);
  const isNew = !existsSync(dataDir);
  const release = lockDirectory(dataDir);
  try {
    return fill(dataDir, file, migrations);
  } catch (error) {
    if (isNew) removeOwn(dataDir);
    throw error;
  } finally {
    release();
  }
}

function fill(dataDir: string, file: string, migrations: readonly Migration[]): Manifest {
  const partial = join(dataDir, 'pmp.sqlite.restoring');
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, 'wx', 0o600));
    copyFileSync(file, partial);
    // The copy takes the mode over.
    chmodSync(partial, 0o600);
    const { manifest, files } = prepare(partial, file, migrations);
    for (const each of files) putBack(join(dataDir, each.name), each.bytes);
    flush(partial);
    refuseOccupied(dataDir);
    renameSync(partial, join(dataDir, 'pmp.sqlite'));
    flush(dataDir);
    return manifest;
  } finally {
    for (const name of ['', '-wal', '-shm', '-journal']) rmSync(partial + name, { force: true });
  }
}

function refuseNoFile(file: string): void {
  if (file === '') throw new BackupRefused('the name of the backup is empty');
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new BackupRefused(`${file} does not exist`);
  if (found.isDirectory()) throw new BackupRefused(`${file} is a folder; a backup is one file`);
  if (!found.isFile()) throw new BackupRefused(`${file} is no ordinary file; copy the backup into one first`);
}

/** Nor may any folder above it be a file. */
function refuseNoFolder(dataDir: string): void {
  let place = resolve(dataDir);
  while (!existsSync(place)) place = dirname(place);
  if (!statSync(place).isDirectory())
    throw new BackupRefused(`${place} is no folder, so there can be no data directory ${dataDir}`);
}

/** What a restore has made in a directory of its own before it was refused: the lock and the addons of the packed program. */
function removeOwn(dataDir: string): void {
  rmSync(join(dataDir, 'lock'), { force: true });
  rmSync(join(dataDir, 'native'), { recursive: true, force: true });
  // Whatever else is there by now is kept, and the directory with it.
  if (readdirSync(dataDir).length === 0) rmdirSync(dataDir);
}

/** A log of another database would be applied to the one that is restored. */
function refuseOccupied(dataDir: string): void {
  if (existsSync(join(dataDir, 'pmp.sqlite')))
    throw new BackupRefused(`there is a portal in ${dataDir}; move the directory away first, nothing is overwritten`);
  const log = strayLog(dataDir);
  if (log !== undefined)
    throw new BackupRefused(`${log} is left of another portal; move the directory away first, nothing is overwritten`);
}

function refuseDamaged(sqlite: Sqlite, file: string): void {
  try {
    checkDatabase(sqlite);
  } catch (error) {
    throw error instanceof BackupRefused ? new BackupRefused(`${file}: ${error.message}`) : error;
  }
}

/** Turns the copy of a backup into the database of a portal; nothing but the copy is touched. */
function prepare(
  partial: string,
  file: string,
  migrations: readonly Migration[],
): { manifest: Manifest; files: BackedUpFile[] } {
  const sqlite = openFile(partial);
  try {
    const manifest = readManifest(sqlite, file);
    // Before anything is changed in the copy.
    if (!isSealIntact(sqlite, partial))
      throw new BackupRefused(`${file} is damaged, or it was changed after it was written`);
    const db = connect(sqlite);
    sqlite.pragma('journal_mode = DELETE');
    refuseDamaged(sqlite, file);
    const files = readFiles(sqlite);
    sqlite.exec('DROP TABLE backup; DROP TABLE backup_files');
    bringUpToDate(db, manifest, migrations);
    transaction(db, (tx) => {
      db.$client.exec('DELETE FROM sessions; UPDATE account_links SET expires_at = 0');
      recordChange(tx, SYSTEM, {
        action: 'backup.restore',
        detail: { createdAt: manifest.createdAt, head: manifest.head },
      });
    });
    return { manifest, files };
  } finally {
    sqlite.close();
  }
}

function readManifest(sqlite: Sqlite, file: string): Manifest {
  let manifest: Manifest | undefined;
  let applied: { count: number; last: number };
  try {
    manifest = sqlite
      .prepare('SELECT format, created_at AS createdAt, migrations, head, head_entry AS headEntry FROM backup')
      .get() as Manifest | undefined;
    applied = sqlite.prepare('SELECT count(*) AS count, max(number) AS last FROM migrations').get() as typeof applied;
  } catch {
    throw new BackupRefused(`${file} is no backup of a portal, or it is damaged`);
  }
  if (manifest === undefined) throw new BackupRefused(`${file} is no complete backup`);
  if (manifest.format !== FORMAT)
    throw new BackupRefused(`${file} was written by a newer version of the portal; restore it with that`);
  if (manifest.migrations !== applied.count || manifest.migrations !== applied.last)
    throw new BackupRefused(`${file} does not have the migrations that it names: the file was changed`);
  return manifest;
}

function readFiles(sqlite: Sqlite): BackedUpFile[] {
  const files = sqlite.prepare('SELECT name, bytes, sha256 FROM backup_files').all() as BackedUpFile[];
  for (const { name, bytes, sha256 } of files) {
    if (!BACKED_UP.test(name)) throw new BackupRefused(`the backup holds ${JSON.stringify(name)}, which no backup has`);
    if (sha256Hex(bytes) !== sha256) throw new BackupRefused(`${name} in the backup is damaged`);
  }
  return files;
}

/** Migrates an older database; then it has to be built as all are, and the trail has to be sound, and to contain the head that the backup names. */
function bringUpToDate(db: Db, { head }: Manifest, migrations: readonly Migration[]): void {
  try {
    migrate(db.$client, migrations);
  } catch (error) {
    throw new BackupRefused(`the backup cannot be used by this version: ${(error as Error).message}`);
  }
  checkSchema(db.$client, migrations);
  if (checkTrail(db, head ?? undefined).fault !== undefined)
    throw new BackupRefused('the audit trail in the backup is not the one that was backed up: the file was changed');
}

/** Puts back a file; one that is there already has to be the same. */
function putBack(path: string, bytes: Buffer): void {
  if (!existsSync(path)) writeSecretFile(path, bytes);
  else if (!readFileSync(path).equals(bytes))
    throw new BackupRefused(`${path} is there already and differs from the one in the backup`);
}
