import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createFirstAdmin } from '../src/accounts/index.ts';
import { buildApp } from '../src/app.ts';
import { loadConfig, parseConfig } from '../src/config.ts';
import { migrate, openDatabase, readMigrations } from '../src/db/index.ts';
import { Visitor } from '../test/support/visitor.ts';
import { fillPortal } from './demo/fill.ts';
import { createPki, writeSamples } from './demo/samples.ts';

/** `npm run demo`: a portal with people, chips in every state and files to upload, in a folder that is thrown away at the end. */
const PASSWORD = 'try the portal 2026';

async function main(): Promise<void> {
  const { host, port } = loadConfig();
  const dataDir = mkdtempSync(join(tmpdir(), 'pmp-demo-'));
  const config = {
    ...parseConfig({ PMP_HOST: host, PMP_PORT: String(port), PMP_LOG_LEVEL: 'warn', PMP_RATE_LIMIT: '0' }),
    dataDir,
  };
  const db = openDatabase(dataDir);
  migrate(db.$client, readMigrations(resolve(import.meta.dirname, '../migrations')));
  await createFirstAdmin(db, { email: 'meera@authority.example', username: 'meera', password: PASSWORD });
  const app = await buildApp({ config, db, logger: { level: config.logLevel } });
  const pki = createPki();
  const samples = writeSamples(pki, join(dataDir, 'samples'));
  await fillPortal({ pki, password: PASSWORD, visitor: () => new Visitor(app) });
  const address = await app.listen({ host, port });
  print(address, samples, dataDir);

  const stop = async () => {
    await app.close();
    db.$client.close();
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function print(address: string, samples: readonly [file: string, what: string][], dataDir: string): void {
  console.log(`
Partner Management Portal, demonstration: ${address}

  Partner Admin      meera     ${PASSWORD}
  Chip provider      asha      ${PASSWORD}     (Acme Chips Ltd, chips in all five states)
  Chip provider      lars      ${PASSWORD}     (Nordic Silicon AS, no certificate yet)

Files to upload by hand, in ${join(dataDir, 'samples')}:
${samples.map(([file, what]) => `  ${file.padEnd(34)} ${what}`).join('\n')}

Ctrl-C ends the demonstration and removes all of it.
`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
