import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openUpToDate } from '../backup/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { programMigrations } from '../db/index.ts';
import { passphraseFor, type SigningCaParts } from '../signing-ca/index.ts';
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
  if (!create && !existsSync(join(dataDir, 'pmp.sqlite')))
    throw new ConfigError(`PMP_DATA_DIR: there is no portal in ${dataDir} yet`);
  const { db, backup } = await openUpToDate(dataDir, programMigrations());
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
