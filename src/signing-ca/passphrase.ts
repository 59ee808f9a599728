import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { writeSecretFile } from '../lib/durable-files.ts';
import { newToken } from '../lib/ids.ts';
import { keyFolder } from './key-file.ts';

/**
 * The passphrase that protects the signing keys: the configured one, else a random one kept beside the keys (mode 0600). The latter
 * protects a stolen backup of the database only, so the log warns at each start.
 */
export function passphraseFor(
  dataDir: string,
  configured: string | undefined,
  log: Pick<FastifyBaseLogger, 'warn'>,
): string {
  if (configured !== undefined) return configured;
  const file = join(keyFolder(dataDir), 'passphrase');
  if (!existsSync(file)) writeSecretFile(file, newToken());
  log.warn(
    { file },
    'the signing keys are protected by a passphrase kept beside them: set PMP_KEY_PASSPHRASE_FILE or PMP_KEY_PASSPHRASE',
  );
  return readFileSync(file, 'utf8').trim();
}
