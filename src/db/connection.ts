import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { chainedHash } from '../lib/chain.ts';
import { packed } from '../lib/program-files.ts';
import { caseKey } from '../lib/text.ts';
import { onceInATurn } from '../lib/turn.ts';
import * as schema from './schema/index.ts';
import { rememberStatements } from './statements.ts';

/** The raw SQLite handle, for pragmas, migrations and closing. */
export type Sqlite = Database.Database;
export type Db = BetterSQLite3Database<typeof schema> & { readonly $client: Sqlite };
/** What a transaction's callback gets: the same queries on the same connection, and so inside the transaction. */
export type Tx = Omit<Db, '$client' | 'transaction'>;
/** For queries that run inside or outside a transaction. */
export type Queries = Db | Tx;

/**
 * Opens (or creates) the database file of a data directory, which is created with mode 0700.
 * @throws StrayLog when there is no database, but the log of one
 */
export function openDatabase(dataDir: string): Db {
  createFolder(resolve(dataDir));
  const log = strayLog(dataDir);
  if (log !== undefined)
    throw new StrayLog(
      `${log} is there without its pmp.sqlite, and may hold what the database has not; put them together`,
    );
  return connect(new Database(join(dataDir, 'pmp.sqlite')));
}

/** The database of a data directory is gone, its log is not: SQLite would drop it, or apply it to another database. */
export class StrayLog extends Error {}

/** The log (or what goes with one) that lies in a data directory without a database, as a path. */
export function strayLog(dataDir: string): string | undefined {
  const database = join(dataDir, 'pmp.sqlite');
  // Logs first: a database that is being made is there before its log.
  const logs = ['-wal', '-shm', '-journal'].map((end) => database + end).filter((path) => existsSync(path));
  return existsSync(database) ? undefined : logs[0];
}

/** What a process that has the database open works with; another one looks for each by its name. */
const FILES = ['pmp.sqlite', 'pmp.sqlite-wal', 'pmp.sqlite-shm', 'lock'];

/**
 * Tells whether the database of a data directory, its log and its lock still are the files that they are now. What was moved or taken away is written
 * on by the program that has it open, and nobody finds again what it writes; without the lock another portal begins beside this one.
 */
export function placeOf(dataDir: string): () => boolean {
  const markOf = (name: string) => {
    const found = statSync(join(dataDir, name), { throwIfNoEntry: false });
    return found && `${found.dev} ${found.ino}`;
  };
  const opened = FILES.map((name) => ({ name, mark: markOf(name) })).filter(({ mark }) => mark !== undefined);
  return onceInATurn(() => {
    try {
      return opened.every(({ name, mark }) => markOf(name) === mark);
    } catch {
      return false;
    }
  });
}

/** Opens a file as it is, without what the portal relies on; for copies of a database. */
export function openFile(path: string): Sqlite {
  return new Database(path, { fileMustExist: true });
}

/** Node's own recursive mkdir never ends below /proc, so each missing folder is made by itself. */
export function createFolder(path: string): void {
  if (existsSync(path)) return;
  createFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Version of SQLite. The packed program knows it without its addon, which would need a data directory. */
export function sqliteVersion(): string {
  if (packed !== undefined) return packed.sqlite;
  const sqlite = new Database(':memory:');
  try {
    return String(sqlite.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    sqlite.close();
  }
}

/**
 * In pages of 4 KiB. So long does the write-ahead log grow at most until its pages are carried into the database, which holds everybody up for some
 * tens of ms however many there are: a page that was written many times is carried once. An upload writes some 20 pages, so this happens after 1500
 * that leave no moment for it (`carryOverWhenQuiet`).
 */
const CHECKPOINT_PAGES = 32_000;

/**
 * Puts Drizzle over a handle, with the pragmas the portal relies on: an answer of success survives a power cut
 * (`synchronous=FULL`, rules 8), foreign keys hold, a locked file is waited for.
 */
export function connect(sqlite: Sqlite): Db {
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  // What a statement would take back goes into memory: beyond 64 kB SQLite would write it to a file, outside the data directory, with each upload.
  sqlite.pragma('temp_store = MEMORY');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('busy_timeout = 5000');
  sqlite.pragma('trusted_schema = OFF');
  sqlite.function('casefold', { deterministic: true }, (text: unknown) =>
    typeof text === 'string' ? caseKey(text) : null,
  );
  sqlite.function('chained_hash', { deterministic: true, varargs: true }, (previous, ...values) =>
    chainedHash(String(previous), ...(values as (string | number | null)[])),
  );
  return Object.assign(drizzle({ client: rememberStatements(sqlite), schema }), { $client: sqlite });
}
