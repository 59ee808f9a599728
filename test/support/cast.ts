import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createSetupToken } from '../../src/accounts/index.ts';
import { buildApp } from '../../src/app.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import type { Db } from '../../src/db/index.ts';
import { freshDatabase } from './database.ts';
import { Visitor } from './visitor.ts';

export const PASSWORD = 'a long pass phrase 7';

/** What the cast typed when registering. */
export const REGISTRATION = {
  partnerType: 'FTM_PROVIDER',
  firstName: 'Pia',
  lastName: 'Rao',
  organization: 'Acme Chips Ltd',
  address: '1 Silicon Street',
  phone: '+91 80 1234',
  email: 'pia@acme.example',
  username: 'pia',
  password: PASSWORD,
  confirmPassword: PASSWORD,
  language: 'en',
} as const;

const OTTO = {
  ...REGISTRATION,
  firstName: 'Otto',
  lastName: 'Berg',
  organization: 'Nordic Silicon AS',
  email: 'otto@nordic.example',
  username: 'otto',
};
const ADA = {
  firstName: 'Ada',
  lastName: 'Admin',
  email: 'ada@authority.example',
  username: 'ada',
  password: PASSWORD,
  confirmPassword: PASSWORD,
};

/** What the tests' portals differ in from the defaults. */
const SETTINGS = { PMP_CA_KEY: 'ec-p256', PMP_RATE_LIMIT: '0', PMP_KEY_PASSPHRASE: 'passphrase of the tests' };

/** A portal with its cast, kept in a folder: the data directory, and in `cast.db` the database. */
export interface CastSnapshot {
  readonly folder: string;
  /** When they signed in, UTC ms. */
  readonly at: number;
  readonly cookies: Readonly<Record<'ada' | 'pia' | 'otto', readonly (readonly [string, string])[]>>;
}

/** Starts a portal over a database and a data directory. */
export async function startPortal(
  db: Db,
  dataDir: string,
  settings: Record<string, string>,
): Promise<{ app: FastifyInstance; config: Config }> {
  const config = parseConfig({ ...SETTINGS, PMP_DATA_DIR: dataDir, ...settings });
  return { app: await buildApp({ config, db }), config };
}

/** Makes the cast, by the real forms. */
export async function createCast(): Promise<CastSnapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-cast-'));
  const dataDir = join(folder, 'data');
  const at = Date.now();
  const db = freshDatabase();
  const { app } = await startPortal(db, dataDir, {});
  const ada = new Visitor(app);
  await ada.post(`/setup?token=${createSetupToken(db)}`, ADA);
  const pia = await joinAs(app, REGISTRATION);
  const otto = await joinAs(app, OTTO);
  for (const visitor of [ada, pia, otto]) visitor.cookies.delete('pmp_flash');
  writeFileSync(join(folder, 'cast.db'), db.$client.serialize());
  await app.close();
  db.$client.close();
  encryptLightly(join(dataDir, 'keys'));
  return { folder, at, cookies: { ada: [...ada.cookies], pia: [...pia.cookies], otto: [...otto.cookies] } };
}

/**
 * Has the signing keys encrypted as OpenSSL does when it is asked for nothing, which takes no time to open: each portal that signs would
 * otherwise stretch the passphrase for a quarter of a second. Portals write their keys as ever.
 */
function encryptLightly(folder: string): void {
  const passphrase = SETTINGS.PMP_KEY_PASSPHRASE;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const key = createPrivateKey({ key: readFileSync(file), passphrase });
    writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }));
  }
}

async function joinAs(app: FastifyInstance, registration: Record<string, string>): Promise<Visitor> {
  const visitor = new Visitor(app);
  await visitor.post('/register', registration);
  const terms = await visitor.get('/consent');
  await visitor.post('/consent', { accept: 'on', version: terms.$('[name=version]').attr('value') ?? '' });
  return visitor;
}
