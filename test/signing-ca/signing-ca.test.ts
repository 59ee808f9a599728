import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { DAY } from '../../src/lib/durations.ts';
import { readCertificate } from '../../src/pki/index.ts';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import { openEmptyPortal, openPortal, type Portal } from '../support/portal.ts';
import { hasTool } from '../support/tools.ts';
import { Visitor } from '../support/visitor.ts';
import { rowsIn, signIn, trustAuthority, trustCa, uploadPartner } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const PASSPHRASE = 'passphrase of the tests';
const keyFiles = (dataDir: string) => readdirSync(join(dataDir, 'keys')).filter((name) => name.endsWith('.pem'));
const issuing = (portal: Pick<Portal, 'db'>) =>
  portal.db.$client.prepare("SELECT * FROM signing_ca_certificates WHERE kind = 'issuing'").get() as {
    id: string;
    not_after: number;
    parent_id: string;
  };

/** The same database and data directory, opened by another start of the portal. */
async function restart(portal: Portal, settings: Record<string, string>) {
  const app = await buildApp({
    config: parseConfig({ PMP_DATA_DIR: portal.dataDir, PMP_RATE_LIMIT: '0', ...settings }),
    db: portal.db,
  });
  return { app, pia: new Visitor(app, portal.pia.cookies), guest: new Visitor(app) };
}

describe('the signing CA', () => {
  it('is made on first start: a root and an issuing CA below it, and never again', async () => {
    const portal = await openPortal();
    const before = portal.db.$client.prepare('SELECT id FROM signing_ca_certificates ORDER BY id').pluck().all();
    expect(before).toHaveLength(2);
    const again = await restart(portal, { PMP_KEY_PASSPHRASE: PASSPHRASE });
    await again.app.close();
    expect(portal.db.$client.prepare('SELECT id FROM signing_ca_certificates ORDER BY id').pluck().all()).toEqual(
      before,
    );
    expect(portal.trail().filter((entry) => entry.action === 'signing-ca.create')).toHaveLength(2);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
  });

  it('keeps its keys encrypted, for nobody else to read', async () => {
    const portal = await openPortal();
    const files = keyFiles(portal.dataDir);
    expect(files).toHaveLength(2);
    expect(statSync(join(portal.dataDir, 'keys')).mode & 0o777).toBe(0o700);
    for (const name of files) {
      const path = join(portal.dataDir, 'keys', name);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    }
    expect(portal.db.$client.serialize().includes('PRIVATE KEY')).toBe(false);
  });

  it.skipIf(!hasTool('openssl'))('OpenSSL opens the key files, with the passphrase alone', async () => {
    const { dataDir } = await openPortal();
    const path = join(dataDir, 'keys', keyFiles(dataDir)[0] ?? '');
    const open = (passphrase: string) =>
      spawnSync('openssl', ['pkey', '-in', path, '-passin', `pass:${passphrase}`, '-noout']).status;
    expect(open(PASSPHRASE)).toBe(0);
    expect(open('another passphrase')).not.toBe(0);
    expect(spawnSync('openssl', ['asn1parse', '-in', path], { encoding: 'utf8' }).stdout).toMatch(
      /PBES2[\s\S]*(?:scrypt|1\.3\.6\.1\.4\.1\.11591\.4\.11)[\s\S]*aes-256-cbc/,
    );
  });

  it('without a passphrase keeps a random one, mode 0600', async () => {
    const { dataDir, visitor } = await openEmptyPortal({ PMP_KEY_PASSPHRASE: '' });
    const path = join(dataDir, 'keys', 'passphrase');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[\w-]{43}$/);
    expect((await visitor().get('/readyz')).status).toBe(200);
  });

  it.each<[string, (portal: Portal) => void, string]>([
    ['another passphrase', () => {}, 'not the right passphrase'],
    [PASSPHRASE, (portal: Portal) => rmSync(join(portal.dataDir, 'keys', `${issuing(portal).id}.pem`)), ''],
    [
      PASSPHRASE,
      (portal: Portal) =>
        writeFileSync(
          join(portal.dataDir, 'keys', `${issuing(portal).id}.pem`),
          readFileSync(join(portal.dataDir, 'keys', `${issuing(portal).parent_id}.pem`)),
        ),
      'the root’s key',
    ],
  ])(
    'with %s or a key file that is not its own the portal runs, issues nothing and says so',
    async (passphrase, damage) => {
      const portal = await openPortal();
      const { ca } = await trustAuthority(portal);
      damage(portal);
      const { app, pia, guest } = await restart(portal, { PMP_KEY_PASSPHRASE: passphrase });
      expect((await guest.get('/readyz')).status).toBe(503);
      expect((await guest.get('/healthz')).status).toBe(200);
      const refused = await uploadPartner(pia, makeLeaf(ca));
      expect([refused.status, refused.codes]).toEqual([503, ['PMP-CA-001']]);
      expect(refused.text()).toContain('Try again later');
      expect([rowsIn(portal, 'certificates'), rowsIn(portal, 'mosip_signed_certificates')]).toEqual([0, 0]);
      await app.close();
    },
  );

  it('issues while it has 366 days left, and not a second less', async () => {
    const portal = await openPortal();
    const last = issuing(portal).not_after - 366 * DAY;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(last);
    const cast = { ...portal, ada: await signIn(portal, 'ada'), pia: await signIn(portal, 'pia') };
    const root = makeRoot({ at: last });
    await trustCa(cast, root, 'root');
    expect((await uploadPartner(cast.pia, makeLeaf(root, { at: last }))).status).toBe(303);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
    vi.setSystemTime(last + 1000);
    const refused = await uploadPartner(cast.pia, makeLeaf(root, { at: last }));
    expect([refused.status, refused.codes]).toEqual([503, ['PMP-CA-001']]);
    expect((await portal.guest.get('/readyz')).status).toBe(503);
    expect(rowsIn(portal, 'mosip_signed_certificates')).toBe(1);
  });

  it('refuses a subject that is one of its own names', async () => {
    const portal = await openPortal();
    portal.db.$client
      .prepare("UPDATE partners SET organization = 'MOSIP' WHERE account_id = ?")
      .run(portal.idOf('pia'));
    const { ca } = await trustAuthority(portal);
    const [der] = portal.db.$client
      .prepare("SELECT der FROM signing_ca_certificates WHERE kind = 'issuing'")
      .pluck()
      .all() as Buffer[];
    const read = readCertificate(der ?? Buffer.alloc(0));
    if (!read.ok) throw new Error(read.fault.name);
    const refused = await uploadPartner(portal.pia, makeLeaf(ca, { subjectDer: read.value.subject.der }));
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-CA-002']]);
    expect(rowsIn(portal, 'certificates')).toBe(0);
  });
});
