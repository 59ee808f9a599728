import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { run } from '../../src/cli/run.ts';
import { parseConfig } from '../../src/config.ts';
import { type Db, migrate, openDatabase, readMigrations } from '../../src/db/index.ts';
import type { MadeCertificate } from '../support/certificates.ts';
import { openssl } from '../support/openssl.ts';

export const FILE_PASSPHRASE = 'passphrase of the file';
export const PORTAL_PASSPHRASE = 'passphrase of the tests';

/** A folder that goes when the test has ended, with a data directory inside that does not exist yet. */
export function temporaryFolder(): {
  folder: string;
  dataDir: string;
  file(name: string, content: string | Buffer): string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, dataDir: join(folder, 'data'), file };
}

const settingsOf = (dataDir: string, settings: Record<string, string>) => ({
  PMP_CA_KEY: 'ec-p256',
  PMP_RATE_LIMIT: '0',
  PMP_KEY_PASSPHRASE: PORTAL_PASSPHRASE,
  PMP_DATA_DIR: dataDir,
  ...settings,
});

/** Runs a command on a data directory, as `pmp …` does. */
export async function pmp(
  args: readonly string[],
  {
    dataDir,
    secret = FILE_PASSPHRASE,
    settings = {},
  }: { dataDir: string; secret?: string; settings?: Record<string, string> },
): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(`${line}\n`),
    err: (line: string) => void err.push(`${line}\n`),
    askSecret: async () => secret,
  };
  const code = await run(args, () => parseConfig(settingsOf(dataDir, settings)), terminal);
  return { code, out: out.join(''), err: err.join('') };
}

/** The server over a data directory, with the database as a file. */
export async function startServer(dataDir: string, settings: Record<string, string> = {}) {
  const db = openDatabase(dataDir);
  migrate(db.$client, readMigrations(join(import.meta.dirname, '../../migrations')));
  const app = await buildApp({ config: parseConfig(settingsOf(dataDir, settings)), db });
  onTestFinished(async () => {
    await app.close();
    db.$client.close();
  });
  return { app, db };
}

/** Looks into the database of a data directory. */
export function withDatabase<T>(dataDir: string, look: (db: Db) => T): T {
  const db = openDatabase(dataDir);
  try {
    return look(db);
  } finally {
    db.$client.close();
  }
}

/** The private key as an encrypted PEM block. */
export function encryptedKey(
  { privateKey }: Pick<MadeCertificate, 'privateKey'>,
  passphrase = FILE_PASSPHRASE,
): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string;
}

/** The issuing CA's key, its certificate and those above it, as PEM. */
export function pemBundle(issuing: MadeCertificate, ...above: readonly MadeCertificate[]): string {
  return [encryptedKey(issuing), ...[issuing, ...above].map(({ pem }) => pem)].join('');
}

/** The same as PKCS#12, made by OpenSSL with these further options. */
export function pkcs12(
  { folder, file }: ReturnType<typeof temporaryFolder>,
  issuing: MadeCertificate,
  above: readonly MadeCertificate[],
  options: readonly string[] = [],
): string {
  const key = file('open-key.pem', issuing.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const made = join(folder, 'ca.p12');
  const { status, output } = openssl([
    'pkcs12',
    '-export',
    ...['-inkey', key, '-in', file('issuing.pem', issuing.pem)],
    ...['-certfile', file('above.pem', above.map(({ pem }) => pem).join(''))],
    ...['-passout', `pass:${FILE_PASSPHRASE}`, '-out', made, ...options],
  ]);
  if (status !== 0) throw new Error(output);
  return made;
}
