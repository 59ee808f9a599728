import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decryptPrivateKey, keyFolder, type OpenedAhead } from './key-file.ts';

/**
 * Opens the newest key, most likely the one that is going to sign, before the program is loaded: stretching the passphrase takes as long, and is
 * done in another thread. Knows no more than that takes. Where it guesses wrong, or a setting or file cannot be used, the portal opens the key
 * when it is needed, and says why where it cannot.
 * @param env the variables of `config.ts`, not checked yet
 */
export async function openKeyAhead(env: NodeJS.ProcessEnv): Promise<OpenedAhead | undefined> {
  try {
    const folder = keyFolder(env.PMP_DATA_DIR || './data');
    const text = readFileSync(newestKey(folder), 'utf8');
    const passphrase = passphraseOf(env, folder);
    return { text, passphrase, key: await decryptPrivateKey(text, passphrase) };
  } catch {
    return undefined;
  }
}

function newestKey(folder: string): string {
  const keys = readdirSync(folder)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => ({ file: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  return keys.sort((a, b) => b.at - a.at)[0]?.file ?? '';
}

/** A pipe can be read only once, and that is for `config.ts`. */
function readRegular(file: string): string {
  if (!statSync(file).isFile()) throw new Error('not a regular file');
  return readFileSync(file, 'utf8');
}

function passphraseOf(env: NodeJS.ProcessEnv, folder: string): string {
  if (env.PMP_KEY_PASSPHRASE) return env.PMP_KEY_PASSPHRASE;
  if (env.PMP_KEY_PASSPHRASE_FILE) return readRegular(env.PMP_KEY_PASSPHRASE_FILE).replace(/\r?\n$/, '');
  return readFileSync(join(folder, 'passphrase'), 'utf8').trim();
}
