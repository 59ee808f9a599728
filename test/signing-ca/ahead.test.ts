import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openKeyAhead } from '../../src/signing-ca/ahead.ts';
import { rememberKey } from '../../src/signing-ca/index.ts';
import { encryptPrivateKey, readKeyFile } from '../../src/signing-ca/key-file.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { issuingIds, keyFile, restart, rootOf } from './support.ts';

const PASSPHRASE = 'passphrase of the tests';

afterEach(() => rememberKey(undefined));

const issuing = (portal: Portal) => keyFile(portal, issuingIds(portal.db).at(-1) ?? '');
const ahead = ({ dataDir }: Portal, settings: Record<string, string> = { PMP_KEY_PASSPHRASE: PASSPHRASE }) =>
  openKeyAhead({ PMP_DATA_DIR: dataDir, ...settings });
/** Its keys are encrypted as a portal does it, not lightly as for other tests. */
async function portalWithItsKeys(): Promise<Portal> {
  const portal = await openPortal();
  for (const id of [...issuingIds(portal.db), rootOf(portal.db).id]) {
    const file = keyFile(portal, id);
    const key = createPrivateKey({ key: readFileSync(file), passphrase: PASSPHRASE });
    writeFileSync(file, await encryptPrivateKey(key, PASSPHRASE));
  }
  return portal;
}

/** What OpenSSL makes of the file. */
const publicKeyIn = (file: string) =>
  createPublicKey(createPrivateKey({ key: readFileSync(file), passphrase: PASSPHRASE })).export({ format: 'jwk' });

describe('the signing key, opened while the program is loaded', () => {
  it('is the newest one, as OpenSSL reads it', async () => {
    const portal = await portalWithItsKeys();
    utimesSync(issuing(portal), new Date(), new Date(Date.now() + 60_000));
    const opened = await ahead(portal);
    expect(opened && createPublicKey(opened.key).export({ format: 'jwk' })).toEqual(publicKeyIn(issuing(portal)));
  });

  it.each(['PMP_KEY_PASSPHRASE_FILE', 'kept beside the keys'])('has its passphrase from a file: %s', async (where) => {
    const portal = await portalWithItsKeys();
    const file = join(portal.dataDir, where === 'PMP_KEY_PASSPHRASE_FILE' ? 'elsewhere' : 'keys/passphrase');
    writeFileSync(file, `${PASSPHRASE}\n`);
    const settings = where === 'PMP_KEY_PASSPHRASE_FILE' ? { PMP_KEY_PASSPHRASE_FILE: file } : {};
    expect((await ahead(portal, settings))?.passphrase).toBe(PASSPHRASE);
  });

  it('does not read what can be read only once', async () => {
    const portal = await portalWithItsKeys();
    const pipe = join(portal.dataDir, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    // Would wait for a writer for ever.
    expect(await ahead(portal, { PMP_KEY_PASSPHRASE_FILE: pipe })).toBeUndefined();
    expect(await ahead(portal, { PMP_KEY_PASSPHRASE_FILE: '/dev/null' })).toBeUndefined();
  });

  it('is left to the portal where it cannot be opened', async () => {
    const portal = await portalWithItsKeys();
    expect(await ahead(portal, { PMP_KEY_PASSPHRASE: 'another passphrase' })).toBeUndefined();
    expect(await ahead(portal, {})).toBeUndefined();
    expect(await openKeyAhead({ PMP_DATA_DIR: join(portal.dataDir, 'nowhere') })).toBeUndefined();
    writeFileSync(issuing(portal), 'no key');
    writeFileSync(keyFile(portal, rootOf(portal.db).id), 'no key');
    expect(await ahead(portal)).toBeUndefined();
  });

  it('is taken in place of the file it was opened from, and of no other', async () => {
    const portal = await portalWithItsKeys();
    const [id = '', root = ''] = [issuingIds(portal.db).at(-1), rootOf(portal.db).id];
    utimesSync(issuing(portal), new Date(), new Date(Date.now() + 60_000));
    const opened = await ahead(portal);
    rememberKey(opened);
    const read = readKeyFile(portal.dataDir, id, PASSPHRASE);
    expect(read.ok && opened !== undefined && read.key === opened.key).toBe(true);
    expect(readKeyFile(portal.dataDir, id, 'another passphrase')).toMatchObject({ ok: false });
    const other = readKeyFile(portal.dataDir, root, PASSPHRASE);
    expect(other.ok && createPublicKey(other.key).export({ format: 'jwk' })).toEqual(
      publicKeyIn(keyFile(portal, root)),
    );
  });

  it('does for a portal what its file does', async () => {
    const portal = await portalWithItsKeys();
    rememberKey(await ahead(portal));
    const { guest, log } = await restart(portal, { PMP_KEY_PASSPHRASE: PASSPHRASE });
    expect([(await guest.get('/readyz')).status, log()]).toEqual([200, '']);
  });
});
