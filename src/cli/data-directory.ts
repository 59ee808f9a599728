import { openUpToDate } from '../backup/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { DirectoryInUse, hasPending, lockDirectory, openDatabase, programMigrations } from '../db/index.ts';
import { passphraseFor, type SigningCaParts } from '../signing-ca/index.ts';
import { isFull } from './disk.ts';
import { hasDatabase, refuseRemains } from './remains.ts';
import type { Terminal } from './terminal.ts';

/**
 * Does something with the database and the keys of a data directory, beside a portal that may be running.
 * @param create whether there need not be a portal yet; without, a wrong directory is noticed
 */
export async function withDataDirectory<T>(
  config: Config,
  terminal: Terminal,
  { create }: { create: boolean },
  work: (parts: SigningCaParts) => Promise<T>,
): Promise<T> {
  const { dataDir } = config;
  const { db, backup } = await open(config, create);
  try {
    if (backup !== undefined) terminal.err(`The database was brought up to date; as it was before lies in ${backup}`);
    const warn = (_facts: unknown, message?: string) => terminal.err(`warning: ${message ?? ''}`);
    const passphrase = passphraseFor(dataDir, config.keyPassphrase, { warn });
    // What goes wrong with a key is said by the command itself.
    return await work({ db, config, passphrase, log: { warn, error: () => undefined } });
  } finally {
    db.$client.close();
  }
}

/** @throws ConfigError saying why the directory cannot be used: another user's, damaged, written by a newer version, what is left of another portal */
async function open(config: Config, create: boolean): ReturnType<typeof openUpToDate> {
  const { dataDir } = config;
  try {
    refuseRemains(config);
    const isThere = hasDatabase(dataDir);
    if (!create && !isThere) throw new ConfigError(`PMP_DATA_DIR: there is no portal in ${dataDir} yet`);
    return isThere ? await openThere(dataDir) : await openUpToDate(dataDir, programMigrations());
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unusable(dataDir, error);
  }
}

/** Why a data directory cannot be used. What the system or the database says of it alone, such as "disk I/O error", `doctor` explains. */
export function unusable(dataDir: string, error: unknown): ConfigError {
  const { message, code } = error as NodeJS.ErrnoException;
  const text = `PMP_DATA_DIR: the data directory ${dataDir} cannot be used: `;
  if (code === undefined) return new ConfigError(text + message);
  const why = isFull(dataDir) ? `its disk is full (${message}); make room there` : message;
  return new ConfigError(`${text}${why}. \`pmp doctor\` says more.`);
}

/** What an earlier version wrote is brought up to date only while no portal works on it: the one that runs would be of that version. */
async function openThere(dataDir: string): ReturnType<typeof openUpToDate> {
  const release = isOlder(dataDir) ? takeFromNobody(dataDir) : undefined;
  try {
    return await openUpToDate(dataDir, programMigrations());
  } finally {
    release?.();
  }
}

function isOlder(dataDir: string): boolean {
  const db = openDatabase(dataDir);
  try {
    return hasPending(db.$client, programMigrations()) === 'older';
  } finally {
    db.$client.close();
  }
}

function takeFromNobody(dataDir: string): () => void {
  try {
    return lockDirectory(dataDir);
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error;
    throw new ConfigError(`an earlier version of the portal runs on ${dataDir}: restart it with this version first`);
  }
}
