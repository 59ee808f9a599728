import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import { buildApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { migrate, openDatabase, readMigrations } from '../../src/db/index.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { fillPortal } from './fill.ts';
import { addOldThings } from './old.ts';
import { createPki, writeSamples } from './samples.ts';

/** The password of everybody in the demonstration. */
export const PASSWORD = 'try the portal 2026';

export interface DemoPortal {
  readonly url: string;
  /** Files to upload by hand: in which folder, and what each is. */
  readonly samples: { readonly folder: string; readonly files: readonly [file: string, what: string][] };
  /** Somebody at a browser, not signed in, for filling in more. */
  visitor(): Visitor;
  close(): Promise<void>;
}

/** Starts a portal with people and chips in every state, in a folder that is thrown away at the end. */
export async function startDemoPortal(address: { host: string; port: number }): Promise<DemoPortal> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pmp-demo-'));
  const config = parseConfig({
    PMP_DATA_DIR: dataDir,
    PMP_HOST: address.host,
    PMP_PORT: String(address.port),
    PMP_LOG_LEVEL: 'error',
    PMP_RATE_LIMIT: '0',
  });
  const db = openDatabase(dataDir);
  migrate(db.$client, readMigrations(resolve(import.meta.dirname, '../../migrations')));
  await createFirstAdmin(db, { email: 'meera@authority.example', username: 'meera', password: PASSWORD });
  const app = await buildApp({ config, db, logger: { level: config.logLevel } });
  const pki = createPki();
  const folder = join(dataDir, 'samples');
  const files = writeSamples(pki, folder);
  const visitor = () => new Visitor(app);
  await fillPortal({ pki, password: PASSWORD, visitor, addOldThings: () => addOldThings(db, pki) });
  return {
    url: await app.listen({ host: address.host, port: address.port }),
    samples: { folder, files },
    visitor,
    close: async () => {
      await app.close();
      db.$client.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
