import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { writeSecretFile } from '../lib/durable-files.ts';
import { newToken } from '../lib/ids.ts';
import { keyFolder } from './key-file.ts';

/** Where the passphrase is kept that nobody has configured. */
export const passphraseFile = (dataDir: string) => join(keyFolder(dataDir), 'passphrase');

/**
 * The passphrase that protects the signing keys: the configured one, else a random one kept beside the keys (mode 0600), made here where there
 * are no keys yet. The latter protects a stolen backup of the database only, so the log warns at each start.
 * @returns undefined where there are keys, but not their passphrase, as after a restore: another one would fit none of them
 */
export function passphraseFor(
  dataDir: string,
  configured: string | undefined,
  log: Pick<FastifyBaseLogger, 'warn'>,
): string | undefined {
  if (configured !== undefined) return configured;
  const file = passphraseFile(dataDir);
  if (!existsSync(file) && !mayHaveKeys(dataDir)) writeSecretFile(file, newToken());
  const passphrase = readPassphrase(dataDir, configured);
  log.warn(
    { file },
    passphrase === undefined
      ? 'the passphrase of the signing keys is missing or cannot be read: set PMP_KEY_PASSPHRASE_FILE, or put the file keys/passphrase back into the data directory'
      : 'the signing keys are protected by a passphrase kept beside them: set PMP_KEY_PASSPHRASE_FILE or PMP_KEY_PASSPHRASE',
  );
  return passphrase;
}

/** The passphrase as it is now; undefined where there is none that can be read. Makes none. */
export function readPassphrase(dataDir: string, configured: string | undefined): string | undefined {
  if (configured !== undefined) return configured;
  try {
    return readFileSync(passphraseFile(dataDir), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** What this user cannot look into may hold some. */
function mayHaveKeys(dataDir: string): boolean {
  try {
    return readdirSync(keyFolder(dataDir)).some((name) => name.endsWith('.pem'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
