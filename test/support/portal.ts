import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, inject } from 'vitest';
import { createSetupToken } from '../../src/accounts/index.ts';
import type { Config } from '../../src/config.ts';
import { connect, type Db } from '../../src/db/index.ts';
import { startPortal } from './cast.ts';
import { freshDatabase } from './database.ts';
import { Visitor } from './visitor.ts';

export { PASSWORD, REGISTRATION } from './cast.ts';

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

let database: Buffer | undefined;
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
});

/**
 * A portal of one's own: real app, real templates, real SQLite, people who signed in by the real forms. The cast is made once
 * for all tests (`cast.ts`) and copied.
 * @param settings environment variables that differ from the tests' defaults
 * @param where the database lies in memory, as long as a test does not ask for its file
 */
export async function openPortal(settings: Record<string, string> = {}, where?: 'on disk'): Promise<Portal> {
  const { folder, at, cookies } = inject('cast');
  const dataDir = temporaryFolder();
  cpSync(join(folder, 'data'), dataDir, { recursive: true });
  database ??= readFileSync(join(folder, 'cast.db'));
  if (where === 'on disk') writeFileSync(join(dataDir, 'pmp.sqlite'), database);
  const db = connect(new Database(where === 'on disk' ? join(dataDir, 'pmp.sqlite') : database));
  signInNow(db, Date.now() - at);
  const { app, config } = await startPortal(db, dataDir, settings);
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
  const { app } = await startPortal(db, dataDir, settings);
  open.push({ app, db });
  return { app, db, dataDir, visitor: () => new Visitor(app), token: createSetupToken(db) ?? '' };
}

/** Lets the cast have signed in just now, however long the tests have been running. */
function signInNow(db: Db, age: number): void {
  db.$client.prepare('UPDATE sessions SET created_at = created_at + ?, expires_at = expires_at + ?').run(age, age);
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
