import { resolve } from 'node:path';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import { type Db, migrate, openDatabase, readMigrations } from '../../src/db/index.ts';
import { makeLeaf, makeRoot } from '../../test/support/certificates.ts';
import { fillCrowd } from '../../test/support/crowd.ts';

/** The admin of a filled data directory. */
export const ADMIN = { email: 'a@x.example', username: 'ada', password: 'measure the portal 2026' };

/** The migration that makes what lists are read from; everything is filled in before, as in a portal that was in use. */
const BEFORE_LISTS = 5;

/** Makes a database with so many chips, a provider for each hundred, an entry of the trail for each chip, and an admin. */
export async function openFilled(folder: string, chips: number): Promise<Db> {
  const db = openDatabase(folder);
  // To fill it, not to answer: ids are spread over every index.
  db.$client.pragma('cache_size = -2000000');
  const migrations = readMigrations(resolve(import.meta.dirname, '../../migrations'));
  migrate(db.$client, migrations.slice(0, BEFORE_LISTS));
  const adminId = 'f'.repeat(32);
  const root = makeRoot();
  db.$client
    .prepare(
      "INSERT INTO accounts VALUES (?, 'PARTNER_ADMIN', 'bench', 'bench', 'b@x.example', 'b@x.example', 'B', 'B', 'en', '-', 1)",
    )
    .run(adminId);
  db.$client
    .prepare("INSERT INTO ca_certificates VALUES ('ca', 'FTM', 'root', 'f', ?, 'CN=Root', 'CN=Root', 1, 9e15, 1, ?)")
    .run(root.der, adminId);
  const size = { providers: Math.max(10, chips / 100), chips, entries: chips };
  const filled = took(() => fillCrowd(db, { ...size, leaf: makeLeaf(root), caId: 'ca', adminId }));
  const migrated = took(() => migrate(db.$client, migrations));
  console.log(`${chips} chips of ${size.providers} providers: filled in ${filled}, lists made in ${migrated}`);
  db.$client.pragma('cache_size = -16000');
  db.$client.prepare("INSERT INTO account_deactivations VALUES (?, 1, ?, 'bench')").run(adminId, adminId);
  await createFirstAdmin(db, ADMIN);
  return db;
}

function took(work: () => void): string {
  const start = performance.now();
  work();
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
