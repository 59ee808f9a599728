import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach } from 'vitest';
import { createSetupToken } from '../../src/accounts/index.ts';
import { buildApp } from '../../src/app.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { connect, type Db } from '../../src/db/index.ts';
import { freshDatabase } from './database.ts';
import { Visitor } from './visitor.ts';

/** The cast: an admin, two partners (who have accepted the terms), and somebody who is not signed in. */
export interface Portal {
  readonly app: FastifyInstance;
  readonly db: Db;
  readonly dataDir: string;
  readonly config: Config;
  readonly ada: Visitor;
  readonly pia: Visitor;
  readonly otto: Visitor;
  readonly guest: Visitor;
  /** Another browser without cookies. */
  visitor(): Visitor;
  /** The account's id of one of the cast. */
  idOf(username: string): string;
  /** Mails written so far, oldest first. */
  mails(): string[];
  /** The trail, oldest first. */
  trail(): {
    action: string;
    actor: string;
    outcome: string;
    code: string | null;
    thing_id: string | null;
    detail: string | null;
  }[];
}

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

const SETTINGS = { PMP_CA_KEY: 'ec-p256', PMP_RATE_LIMIT: '0', PMP_KEY_PASSPHRASE: 'passphrase of the tests' };

interface Snapshot {
  readonly database: Buffer;
  readonly folder: string;
  readonly cookies: Readonly<Record<'ada' | 'pia' | 'otto', readonly (readonly [string, string])[]>>;
}

let snapshot: Promise<Snapshot> | undefined;
const folders: string[] = [];
const open: { app: FastifyInstance; db: Db }[] = [];

afterEach(async () => {
  for (const { app, db } of open.splice(0)) {
    await app.close();
    db.$client.close();
  }
});

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  snapshot = undefined;
});

/**
 * A portal of one's own: real app, real templates, real SQLite, people who signed in by the real forms. The cast is made once
 * per test file and copied.
 * @param settings environment variables that differ from the tests' defaults
 */
export async function openPortal(settings: Record<string, string> = {}): Promise<Portal> {
  snapshot ??= createCast();
  const { database, folder, cookies } = await snapshot;
  const dataDir = temporaryFolder();
  cpSync(folder, dataDir, { recursive: true });
  const db = connect(new Database(database));
  const { app, config } = await start(db, dataDir, settings);
  open.push({ app, db });
  return {
    app,
    db,
    dataDir,
    config,
    ada: new Visitor(app, cookies.ada),
    pia: new Visitor(app, cookies.pia),
    otto: new Visitor(app, cookies.otto),
    guest: new Visitor(app),
    visitor: () => new Visitor(app),
    idOf: (username) =>
      (db.$client.prepare('SELECT id FROM accounts WHERE username = ?').pluck().get(username) as string | undefined) ??
      '',
    mails: () => mailsIn(dataDir),
    trail: () =>
      db.$client
        .prepare('SELECT action, actor, outcome, code, thing_id, detail FROM audit_entries ORDER BY id')
        .all() as ReturnType<Portal['trail']>,
  };
}

/** A portal that nobody has signed in to yet, with the token of its set-up link. */
export async function openEmptyPortal(
  settings: Record<string, string> = {},
): Promise<{ app: FastifyInstance; db: Db; dataDir: string; visitor(): Visitor; token: string }> {
  const dataDir = temporaryFolder();
  const db = freshDatabase();
  const { app } = await start(db, dataDir, settings);
  open.push({ app, db });
  return { app, db, dataDir, visitor: () => new Visitor(app), token: createSetupToken(db) ?? '' };
}

async function start(
  db: Db,
  dataDir: string,
  settings: Record<string, string>,
): Promise<{ app: FastifyInstance; config: Config }> {
  const config = parseConfig({ ...SETTINGS, PMP_DATA_DIR: dataDir, ...settings });
  return { app: await buildApp({ config, db }), config };
}

async function createCast(): Promise<Snapshot> {
  const folder = temporaryFolder();
  const db = freshDatabase();
  const { app } = await start(db, folder, {});
  const ada = new Visitor(app);
  await ada.post(`/setup?token=${createSetupToken(db)}`, ADA);
  const pia = await joinAs(app, REGISTRATION);
  const otto = await joinAs(app, OTTO);
  for (const visitor of [ada, pia, otto]) visitor.cookies.delete('pmp_flash');
  const database = db.$client.serialize();
  await app.close();
  db.$client.close();
  return { database, folder, cookies: { ada: [...ada.cookies], pia: [...pia.cookies], otto: [...otto.cookies] } };
}

async function joinAs(app: FastifyInstance, registration: Record<string, string>): Promise<Visitor> {
  const visitor = new Visitor(app);
  await visitor.post('/register', registration);
  const terms = await visitor.get('/consent');
  await visitor.post('/consent', { accept: 'on', version: terms.$('[name=version]').attr('value') ?? '' });
  return visitor;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-test-'));
  folders.push(folder);
  return folder;
}

function mailsIn(dataDir: string): string[] {
  const outbox = join(dataDir, 'outbox');
  try {
    return readdirSync(outbox)
      .sort()
      .map((file) => readFileSync(join(outbox, file), 'utf8'));
  } catch {
    return [];
  }
}
