import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeSecretFile } from '../lib/durable-files.ts';
import type { Reason } from '../lib/reasons.ts';
import { parseDer } from '../pki/der/parse.ts';
import { sequence, tlv } from '../pki/der/write.ts';
import { armour, findPemBlocks } from '../pki/file/pem.ts';

/** 1.2.840.113549.1.5.13, 1.3.6.1.4.1.11591.4.11 and 2.16.840.1.101.3.4.1.42, as DER content. */
const PBES2 = '2a864886f70d01050d';
const SCRYPT = '2b06010401da47040b';
const AES_256_CBC = '60864801650304012a';

const oid = (content: string) => tlv(0x06, Buffer.from(content, 'hex'));
const octets = (content: Buffer) => tlv(0x04, content);
/** A positive INTEGER below 2¹⁶ in its shortest form. */
const integer = (value: number) =>
  tlv(
    0x02,
    Buffer.from(
      value
        .toString(16)
        .replace(/^(?:.(?:..)*)$/, '0$&')
        .replace(/^[89a-f]/, '00$&'),
      'hex',
    ),
  );

/** scrypt's cost: the strongest of OWASP's equal choices that OpenSSL, which reads the file again, does in its 32 MiB. */
const COST = { N: 16_384, r: 8, p: 5 };

const derive = promisify(scrypt) as (
  passphrase: string,
  salt: Buffer,
  length: number,
  options: object,
) => Promise<Buffer>;

/** An EncryptedPrivateKeyInfo (PKCS#8, RFC 5958) with PBES2: scrypt (RFC 7914) and AES-256. Node itself could only derive by PBKDF2 with 2048 rounds. */
export async function encryptPrivateKey(key: KeyObject, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', await derive(passphrase, salt, 32, COST), iv);
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return armour('ENCRYPTED PRIVATE KEY', sequence(schemeOf(salt, iv), octets(encrypted)));
}

/** How the key is encrypted, as an AlgorithmIdentifier. */
function schemeOf(salt: Buffer, iv: Buffer): Buffer {
  const derivation = sequence(oid(SCRYPT), sequence(octets(salt), integer(COST.N), integer(COST.r), integer(COST.p)));
  return sequence(oid(PBES2), sequence(derivation, sequence(oid(AES_256_CBC), octets(iv))));
}

/** Writes a private key, encrypted, to `keys/<id>.pem` (mode 0600), and waits until it is on disk. */
export async function writeKeyFile(dataDir: string, id: string, key: KeyObject, passphrase: string): Promise<void> {
  writeSecretFile(join(keyFolder(dataDir), `${id}.pem`), await encryptPrivateKey(key, passphrase));
}

export type OpenedKey =
  | { readonly ok: true; readonly key: KeyObject }
  | { readonly ok: false; readonly reason: Reason };

/** Reads a private key from `keys/<id>.pem`, or says why it cannot be used: file missing, unreadable or damaged, no passphrase or another. */
export function readKeyFile(dataDir: string, id: string, passphrase: string | undefined): OpenedKey {
  const file = join('keys', `${id}.pem`);
  const refuse = (name: string) => ({ ok: false, reason: { code: 'PMP-CA-001', name, data: { file } } }) as const;
  const text = readText(join(dataDir, file));
  if (typeof text !== 'string') return refuse(text.missing ? 'ca-key-missing' : 'ca-key-unreadable');
  const [block] = findPemBlocks(text);
  if (block?.label !== 'ENCRYPTED PRIVATE KEY' || block.content === undefined) return refuse('ca-key-damaged');
  if (passphrase === undefined) return refuse('ca-passphrase-missing');
  if (openedAhead?.text === text && openedAhead.passphrase === passphrase) return { ok: true, key: openedAhead.key };
  try {
    return { ok: true, key: createPrivateKey({ key: text, format: 'pem', passphrase }) };
  } catch {
    return refuse('ca-passphrase-wrong');
  }
}

/** A private key that was opened before anybody asked for it, and what from. */
export interface OpenedAhead {
  readonly text: string;
  readonly passphrase: string;
  readonly key: KeyObject;
}

let openedAhead: OpenedAhead | undefined;

/** Has `readKeyFile` take this key where it would open the same one. */
export function rememberKey(opened: OpenedAhead | undefined): void {
  openedAhead = opened;
}

/**
 * Opens a private key, with its passphrase stretched in another thread, which `createPrivateKey` cannot.
 * @param text a file as `encryptPrivateKey` writes it
 * @throws where it is not, or the passphrase is another
 */
export async function decryptPrivateKey(text: string, passphrase: string): Promise<KeyObject> {
  const [block] = findPemBlocks(text);
  const [scheme, encrypted] = parseDer(block?.content ?? Buffer.alloc(0)).children;
  const [derivation, encryption] = scheme?.children[1]?.children ?? [];
  const salt = derivation?.children[1]?.children[0]?.content;
  const iv = encryption?.children[1]?.content;
  if (!encrypted || !salt || !iv || !scheme?.der.equals(schemeOf(salt, iv)))
    throw new Error('the key is encrypted in another way');
  const decipher = createDecipheriv('aes-256-cbc', await derive(passphrase, salt, 32, COST), iv);
  const key = Buffer.concat([decipher.update(encrypted.content), decipher.final()]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function readText(path: string): string | { missing: boolean } {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { missing: (error as NodeJS.ErrnoException).code === 'ENOENT' };
  }
}

/** Takes away the key of a CA that did not come to be. */
export function removeKeyFile(dataDir: string, id: string): void {
  rmSync(join(keyFolder(dataDir), `${id}.pem`), { force: true });
}

/** Changes whenever a key file is put there, replaced or taken away, or given to somebody else: what is known of a file changes its `ctime`. */
export function keyFileMark(dataDir: string, id: string): string {
  const found = lookAt(join(keyFolder(dataDir), `${id}.pem`));
  if (typeof found === 'string') return found;
  return `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}`;
}

/** What is known of a file; `missing`, or why this user cannot know, as where the folder belongs to another one. */
function lookAt(path: string): Stats | string {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? 'missing';
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** Makes a key file readable by its owner alone, as it was written (rules 5); tells whether it was not. One that is another user's stays as it is. */
export function closeKeyFile(dataDir: string, id: string): boolean {
  const path = join(keyFolder(dataDir), `${id}.pem`);
  const found = lookAt(path);
  if (typeof found === 'string' || (found.mode & 0o077) === 0) return false;
  try {
    chmodSync(path, 0o600);
    return true;
  } catch {
    return false;
  }
}

export function keyFolder(dataDir: string): string {
  return join(dataDir, 'keys');
}
