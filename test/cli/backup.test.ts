import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pmp, startServer, temporaryFolder } from './support.ts';

describe('pmp backup, pmp restore', () => {
  it('work beside a portal that runs, and back into an empty place', async () => {
    const place = temporaryFolder();
    const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    const file = join(place.folder, 'portal.backup');
    const made = await pmp(['backup', file], place);
    expect([made.code, made.err]).toEqual([0, '']);
    expect(made.out).toMatch(
      /2 files besides the database, checked\nhead of the audit trail [0-9a-f]{64} \(entry \d+\)/,
    );
    await app.close();
    db.$client.close();
    renameSync(place.dataDir, `${place.dataDir}.lost`);
    const restored = await pmp(['restore', file], place);
    expect([restored.code, restored.err]).toEqual([0, '']);
    expect(restored.out).toContain('Everybody has to sign in anew');
    expect((await pmp(['audit', 'verify'], place)).code).toBe(0);
    expect((await pmp(['ca', 'show'], place)).code).toBe(0);
  });

  it('warn of a passphrase that lies only beside the keys, and of a backup beside the data', async () => {
    const place = temporaryFolder();
    await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0', PMP_KEY_PASSPHRASE: '' });
    const { code, err } = await pmp(['backup', join(place.dataDir, 'x.backup')], {
      ...place,
      settings: { PMP_KEY_PASSPHRASE: '' },
    });
    expect(code).toBe(0);
    expect(err).toContain('the passphrase of the signing keys is not in the backup');
    expect(err).toContain('lies in the data directory itself');
  });

  it('say in a sentence why they do nothing', async () => {
    const place = temporaryFolder();
    expect(await pmp(['backup', join(place.folder, 'x')], place)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no portal'),
    });
    mkdirSync(place.dataDir);
    writeFileSync(join(place.folder, 'x'), 'no backup');
    expect(await pmp(['restore', join(place.folder, 'x')], place)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is no backup'),
    });
  });

  it('say so in one line of a file that is damaged, and of no name', async () => {
    const place = temporaryFolder();
    await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    const file = join(place.folder, 'x.backup');
    await pmp(['backup', file], place);
    const bytes = readFileSync(file);
    // In the head of the file, "reserved space at the end of each page": every page is read otherwise than it was written.
    bytes[20] = 8;
    writeFileSync(file, bytes);
    const restored = await pmp(['restore', file], { dataDir: join(place.folder, 'other') });
    expect([restored.code, restored.err.split('\n')]).toEqual([1, [expect.stringMatching(/x\.backup.* damaged/), '']]);
    expect(restored.err.length).toBeLessThan(400);
    expect((await pmp(['backup', ''], place)).err).toContain('the name of the backup is empty');
  });

  it('name the file that they cannot write or read', async () => {
    const place = temporaryFolder();
    const { app, db } = await startServer(place.dataDir, { PMP_BACKUP_KEEP: '0' });
    const below = join(place.file('file', ''), 'x.backup');
    expect(await pmp(['backup', below], place)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^E[A-Z]+: [^\n]+x\.backup[^\n]+\n$/),
    });
    await app.close();
    db.$client.close();
    const circle = join(place.folder, 'circle');
    symlinkSync(circle, circle);
    expect(await pmp(['restore', circle], { dataDir: join(place.folder, 'other') })).toMatchObject({
      code: 1,
      err: expect.stringContaining('ELOOP'),
    });
  });
});
