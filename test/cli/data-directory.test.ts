import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockDirectory, openDatabase, programMigrations } from '../../src/db/index.ts';
import { pmp, startServer, temporaryFolder } from './support.ts';

/** A data directory whose portal was stopped. */
async function stopped() {
  const place = temporaryFolder();
  const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
  await app.close();
  db.$client.close();
  return place;
}

const COMMANDS = [['audit', 'verify'], ['ca', 'show'], ['reset-link', 'meera'], ['backup']];

describe('commands', () => {
  it.each(COMMANDS)('say in a sentence that the database is damaged: %s %s', async (...command) => {
    const place = await stopped();
    writeFileSync(join(place.dataDir, 'pmp.sqlite'), 'no database '.repeat(1000));
    const args = command[0] === 'backup' ? ['backup', join(place.folder, 'x.backup')] : command;
    const { code, err } = await pmp(args, place);
    expect(code).toBe(1);
    expect(err).toMatch(/^PMP_DATA_DIR: .* cannot be used: file is not a database\. `pmp doctor` says more\.\n$/);
  });

  it('say so too where only a part of it is damaged', async () => {
    const place = await stopped();
    const db = openDatabase(place.dataDir);
    const page = db.$client.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'audit_entries'").pluck().get();
    const size = Number(db.$client.pragma('page_size', { simple: true }));
    db.$client.close();
    const file = openSync(join(place.dataDir, 'pmp.sqlite'), 'r+');
    writeSync(file, Buffer.alloc(size), 0, size, (Number(page) - 1) * size);
    closeSync(file);
    const { code, err } = await pmp(['audit', 'verify'], place);
    expect([code, err.split('\n')]).toEqual([1, [expect.stringContaining('`pmp doctor` says more'), '']]);
  });

  it('bring no database up to date under a portal of an earlier version that runs', async () => {
    const place = await stopped();
    const db = openDatabase(place.dataDir);
    // As before the newest migration, as far as anybody looks.
    db.$client.prepare('DELETE FROM migrations WHERE number = ?').run(programMigrations().length);
    db.$client.close();
    const release = lockDirectory(place.dataDir);
    const { code, err } = await pmp(['audit', 'verify'], place);
    release();
    expect(code).toBe(1);
    expect(err).toContain(`an earlier version of the portal runs on ${place.dataDir}`);
  });
});

it('commands say that the passphrase is missing, and make up none', async () => {
  const place = await stopped();
  const settings = { PMP_KEY_PASSPHRASE: '' };
  const keys = readdirSync(join(place.dataDir, 'keys'));
  const shown = await pmp(['ca', 'show'], { ...place, settings });
  expect([shown.code, shown.err]).toEqual([1, expect.stringContaining('put keys/passphrase back')]);
  const created = await pmp(['ca', 'create'], { ...place, settings });
  expect([created.code, created.err]).toEqual([1, expect.stringContaining('cannot keep a new key')]);
  const verified = await pmp(['audit', 'verify'], { ...place, settings });
  expect([verified.code, verified.err]).toEqual([0, expect.stringContaining('warning: the passphrase')]);
  const found = await pmp(['doctor'], { ...place, settings });
  expect(found.out).toMatch(/^wrong +passphrase of the keys: it is missing\n.*PMP_KEY_PASSPHRASE_FILE/m);
  expect(readdirSync(join(place.dataDir, 'keys'))).toEqual(keys);
  expect((await pmp(['ca', 'show'], place)).code).toBe(0);
});

describe('where the database is gone', () => {
  const lose = (file: string) => rmSync(file);
  const empty = (file: string) => writeFileSync(file, '');

  it.each([
    ['missing', lose],
    ['empty', empty],
  ])('and keys are left, no command makes another: %s', async (_how, harm) => {
    const place = await stopped();
    const file = join(place.dataDir, 'pmp.sqlite');
    for (const each of readdirSync(place.dataDir)) if (/-(wal|shm)$/.test(each)) rmSync(join(place.dataDir, each));
    harm(file);
    for (const args of [['setup-link'], ['audit', 'verify']]) {
      const { code, err } = await pmp(args, place);
      expect([code, err]).toEqual([1, expect.stringContaining(`signing keys in ${join(place.dataDir, 'keys')} (2)`)]);
      expect(err).toContain('pmp restore');
    }
    expect(existsSync(file) ? statSync(file).size : 0).toBe(0);
    const { code, out } = await pmp(['doctor'], place);
    expect([code, out]).toEqual([1, expect.stringMatching(/^wrong +database: it is missing or empty/m)]);
  });

  it('and nightly backups are left, here in a folder of their own, no command makes another', async () => {
    const place = temporaryFolder();
    const settings = { PMP_BACKUP_DIR: join(place.folder, 'nightly') };
    mkdirSync(settings.PMP_BACKUP_DIR);
    place.file('nightly/pmp-20260101T010000Z.backup', 'x');
    const { code, err } = await pmp(['setup-link'], { ...place, settings });
    expect([code, err]).toEqual([1, expect.stringContaining(`nightly backups in ${settings.PMP_BACKUP_DIR} (1)`)]);
    expect(existsSync(place.dataDir)).toBe(false);
  });

  it('and nothing is left, a portal begins as on an empty directory', async () => {
    const place = temporaryFolder();
    mkdirSync(join(place.dataDir, 'keys'), { recursive: true });
    empty(join(place.dataDir, 'pmp.sqlite'));
    expect((await pmp(['audit', 'verify'], place)).err).toContain('there is no portal in');
    expect((await pmp(['setup-link'], place)).code).toBe(0);
  });
});
