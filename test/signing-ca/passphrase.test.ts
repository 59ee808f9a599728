import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmptyPortal, openPortal } from '../support/portal.ts';
import { restart, signingCas } from './support.ts';

describe('the passphrase of the signing keys', () => {
  it('is random and kept beside the keys, mode 0600, when none is configured', async () => {
    const { db, dataDir } = await openEmptyPortal({ PMP_KEY_PASSPHRASE: '' });
    const file = join(dataDir, 'keys', 'passphrase');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const passphrase = readFileSync(file, 'utf8').trim();
    expect(passphrase.length).toBeGreaterThanOrEqual(32);
    for (const { id } of signingCas(db)) {
      const key = readFileSync(join(dataDir, 'keys', `${id}.pem`), 'utf8');
      expect(createPrivateKey({ key, passphrase }).type).toBe('private');
    }
    const other = await openEmptyPortal({ PMP_KEY_PASSPHRASE: '' });
    expect(readFileSync(join(other.dataDir, 'keys', 'passphrase'), 'utf8').trim()).not.toBe(passphrase);
  });

  it('is not kept when one is configured, and no warning is given', async () => {
    const portal = await openPortal();
    const { log, guest } = await restart(portal, { PMP_KEY_PASSPHRASE: 'passphrase of the tests' });
    expect((await guest.get('/readyz')).status).toBe(200);
    expect(log()).toBe('');
    expect(() => statSync(join(portal.dataDir, 'keys', 'passphrase'))).toThrow(/ENOENT/);
  });

  it('kept beside the keys is warned of at every start, without being told', async () => {
    const portal = await openPortal();
    writeFileSync(join(portal.dataDir, 'keys', 'passphrase'), 'passphrase of the tests');
    for (let start = 0; start < 2; start += 1) {
      const { log } = await restart(portal, { PMP_KEY_PASSPHRASE: '' });
      expect(log()).toMatch(/PMP_KEY_PASSPHRASE_FILE/);
      expect(log()).not.toContain(readFileSync(join(portal.dataDir, 'keys', 'passphrase'), 'utf8').trim());
    }
  });

  it('is never made up beside keys that it could not open, under which none is kept either', async () => {
    const portal = await openPortal();
    const file = join(portal.dataDir, 'keys', 'passphrase');
    const { log, guest } = await restart(portal, { PMP_KEY_PASSPHRASE: '' });
    expect((await guest.get('/readyz')).status).toBe(503);
    expect(log()).toMatch(/passphrase of the signing keys is missing.*PMP_KEY_PASSPHRASE_FILE/);
    expect(log()).toContain('"reason":"ca-passphrase-missing"');
    expect(() => statSync(file)).toThrow(/ENOENT/);
    mkdirSync(file);
    expect((await restart(portal, { PMP_KEY_PASSPHRASE: '' })).log()).toContain('cannot be read');
    rmdirSync(file);
    writeFileSync(file, 'passphrase of the tests\n');
    const mended = await restart(portal, { PMP_KEY_PASSPHRASE: '' });
    expect((await mended.guest.get('/readyz')).status).toBe(200);
  });

  it('can come from a file, whose line end does not belong to it', async () => {
    const portal = await openPortal();
    const folder = mkdtempSync(join(tmpdir(), 'pmp-passphrase-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'passphrase');
    writeFileSync(file, 'passphrase of the tests\n');
    const { guest } = await restart(portal, { PMP_KEY_PASSPHRASE_FILE: file });
    expect((await guest.get('/readyz')).status).toBe(200);
  });
});
