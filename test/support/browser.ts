import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { createSetupToken } from '../../src/accounts/index.ts';
import { buildApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { type Db, migrate, openDatabase, readMigrations } from '../../src/db/index.ts';
import { findProgram, need } from './tools.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of a Chromium, or undefined (in CI: a failure). Debian's is in the package `chromium`. */
export function findChromium(): string | undefined {
  const path = NAMES.map(findProgram).find((found) => found !== undefined);
  return need(path !== undefined, 'Chromium is not installed') ? path : undefined;
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--no-first-run',
  ];
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] });
}

/** A portal that listens on loopback, for browsers. */
export interface LivePortal {
  readonly app: FastifyInstance;
  readonly db: Db;
  readonly url: string;
  readonly dataDir: string;
  /** The one-time link for the first admin. */
  setupLink(): string;
  /** Writes a file to upload; returns its path. */
  file(name: string, bytes: Buffer): string;
  close(): Promise<void>;
}

export async function startLivePortal(): Promise<LivePortal> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pmp-journey-'));
  const settings = {
    PMP_DATA_DIR: dataDir,
    PMP_PORT: '0',
    PMP_CA_KEY: 'ec-p256',
    PMP_RATE_LIMIT: '0',
    PMP_KEY_PASSPHRASE: 'passphrase of the tests',
  };
  const db = openDatabase(dataDir);
  migrate(db.$client, readMigrations(join(import.meta.dirname, '../../migrations')));
  const app = await buildApp({ config: parseConfig(settings), db });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    app,
    db,
    url,
    dataDir,
    setupLink: () => `${url}/setup?token=${createSetupToken(db)}`,
    file: (name, bytes) => {
      const path = join(dataDir, name);
      writeFileSync(path, bytes);
      return path;
    },
    close: async () => {
      await app.close();
      db.$client.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A page that notes what the browser complains about: a script error, a violated policy, an answer of 500. */
export async function openPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A refusal (4xx) is an answer like any other; the browser reports it as an error all the same.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.url()}: ${response.status()}`);
  });
  return page;
}
