import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { recordChange, SYSTEM } from '../../src/audit/index.ts';
import { backUpByCommand } from '../../src/backup/index.ts';
import { backedUp, look } from './support.ts';

async function portal() {
  const { db, dataDir, folder } = await backedUp();
  const write = backUpByCommand({ PMP_DATA_DIR: dataDir });
  return { db, write, file: join(folder, 'nightly/one.backup') };
}

it('a backup is written by a process of its own, while the portal has the database open', async () => {
  const { db, write, file } = await portal();
  const head = db.$client.prepare('SELECT hash AS head, entry_id AS headEntry FROM audit_head').get();
  expect(await write(file, new AbortController().signal)).toEqual(head);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(file))).toEqual(['one.backup']);
  expect(look(file).pragma('integrity_check', { simple: true })).toBe('ok');
});

it('it is of one instant, while the portal goes on writing', async () => {
  const { db, write, file } = await portal();
  for (let row = 0; row < 400; row += 1)
    recordChange(db, SYSTEM, { action: 'chip.add', detail: { reason: 'x'.repeat(3000) } });
  let done = false;
  const writing = write(file, new AbortController().signal).finally(() => {
    done = true;
  });
  let written = 0;
  for (; !done; written += 1) {
    recordChange(db, SYSTEM, { action: 'chip.approve' });
    await new Promise(setImmediate);
  }
  const { headEntry } = await writing;
  expect(written).toBeGreaterThan(10);
  expect(Number(headEntry)).toBeGreaterThanOrEqual(400);
  expect(Number(headEntry)).toBeLessThanOrEqual(400 + written);
  const copy = look(file);
  expect(copy.prepare('SELECT max(id) FROM audit_entries').pluck().get()).toBe(headEntry);
});

it('what the command says against it is told', async () => {
  const { write, file } = await portal();
  await write(file, new AbortController().signal);
  await expect(write(file, new AbortController().signal)).rejects.toThrow(/one\.backup exists already/);
});

it('it is given up when the portal ends', async () => {
  const { write, file } = await portal();
  const stopping = new AbortController();
  const written = write(file, stopping.signal);
  stopping.abort();
  await expect(written).rejects.toThrow('the backup was not written');
  expect(existsSync(file)).toBe(false);
});
