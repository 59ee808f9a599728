import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeDataDirectory } from '../../scripts/fixture/make.ts';
import { whyNotAgain } from '../../scripts/fixture/released.ts';
import { buildApp } from '../../src/app.ts';
import { checkTrail } from '../../src/audit/index.ts';
import { openUpToDate, restoreBackup } from '../../src/backup/index.ts';
import { parseConfig } from '../../src/config.ts';
import { sha256Hex } from '../../src/lib/ids.ts';
import { temporaryFolder } from '../cli/support.ts';
import { signingCas } from '../signing-ca/support.ts';
import { asFile, makeLeaf, makeRoot } from '../support/certificates.ts';
import { MIGRATIONS } from '../support/database.ts';
import { expectKept } from '../support/kept.ts';
import { type Kept, keptVersions, lookAround, pack, RELEASES, releasedVersions, unpack } from '../support/releases.ts';
import { Visitor } from '../support/visitor.ts';
import { look } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A copy of a kept data directory, at the time at which it was made. */
function unpacked(folder: string) {
  const { dataDir, folder: place } = temporaryFolder();
  const kept = unpack(folder, dataDir);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(kept.madeAt) });
  return { dataDir, kept, other: join(place, 'other') };
}

/** The migrations that a database on disk has. */
function migrationsIn(dataDir: string): unknown[] {
  return look(join(dataDir, 'pmp.sqlite')).prepare('SELECT number, name, hash FROM migrations ORDER BY number').all();
}

/** Starts today's portal on a data directory, which knows its passphrase itself. */
async function start(dataDir: string) {
  const { db } = await openUpToDate(dataDir, MIGRATIONS);
  const app = await buildApp({ config: parseConfig({ PMP_DATA_DIR: dataDir, PMP_RATE_LIMIT: '0' }), db });
  onTestFinished(async () => {
    await app.close();
    db.$client.close();
  });
  const signIn = async (identifier: string, { password }: Kept) => {
    const visitor = new Visitor(app);
    expect(await visitor.post('/login', { identifier, password })).toMatchObject({ status: 303, location: '/' });
    return visitor;
  };
  return { app, db, signIn };
}

async function expectSameSeen(dataDir: string, kept: Kept): Promise<void> {
  const { signIn } = await start(dataDir);
  const seen = await lookAround(await signIn(kept.admin, kept), await signIn(kept.partner, kept));
  expect(seen).toMatchObject(kept.seen);
}

describe.each(keptVersions())('the data directory of version %s', (version) => {
  const folder = join(RELEASES, version);

  it('has the first of today’s migrations, none of which has changed', () => {
    const { dataDir } = unpacked(folder);
    const applied = migrationsIn(dataDir);
    expect(applied.length).toBeGreaterThan(0);
    expect(applied).toEqual(
      MIGRATIONS.slice(0, applied.length).map(({ number, name, sql }) => ({ number, name, hash: sha256Hex(sql) })),
    );
  });

  it('is brought up to date, with a backup where that changes it, and is sound', async () => {
    const { dataDir, kept } = unpacked(folder);
    const missing = MIGRATIONS.length - migrationsIn(dataDir).length;
    const { db, backup } = await openUpToDate(dataDir, MIGRATIONS);
    onTestFinished(() => void db.$client.close());
    expect(backup !== undefined).toBe(missing > 0);
    expect(migrationsIn(dataDir)).toHaveLength(MIGRATIONS.length);
    expect(db.$client.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(db.$client.pragma('foreign_key_check')).toEqual([]);
    expect(checkTrail(db, kept.auditHead).fault).toBeUndefined();
    expectKept(db.$client);
  });

  it('shows its people what they left', async () => {
    const { dataDir, kept } = unpacked(folder);
    const { chips, trustStore, partnerCertificate } = kept.seen;
    expect(new Set(Object.values(chips))).toEqual(
      new Set(['pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated']),
    );
    expect(Object.values(trustStore)).toEqual(expect.arrayContaining(['valid', 'retired']));
    expect(partnerCertificate).toEqual({ status: 'valid', fingerprints: [expect.any(String), expect.any(String)] });
    await expectSameSeen(dataDir, kept);
  });

  it('issues with the signing key that is in it', async () => {
    const { dataDir, kept } = unpacked(folder);
    const { app, db, signIn } = await start(dataDir);
    const issuing = signingCas(db).filter(({ kind }) => kind === 'issuing');
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    const root = makeRoot();
    const upload = (made: { der: Buffer }) => ({ name: 'certificate.cer', bytes: asFile(made) });
    const admin = await signIn(kept.admin, kept);
    const partner = await signIn(kept.partner, kept);
    await admin.upload('/trust-store', upload(root), { domain: 'FTM', type: 'root' });
    const answer = await partner.upload('/partner-certificate', upload(makeLeaf(root)));
    expect([answer.status, answer.codes]).toEqual([303, []]);
    const { bytes } = await partner.get('/partner-certificate/mosip-signed?format=der');
    const signed = new X509Certificate(bytes);
    expect(kept.seen.partnerCertificate.fingerprints).not.toContain(sha256Hex(bytes));
    expect(issuing.map(({ der }) => signed.verify(new X509Certificate(der).publicKey))).toEqual([true]);
  });

  it('has a nightly backup that is restored', async () => {
    const { dataDir, kept, other } = unpacked(folder);
    const [name] = readdirSync(join(dataDir, 'backups'));
    restoreBackup(join(dataDir, 'backups', name ?? ''), other, MIGRATIONS);
    const { db, signIn } = await start(other);
    expect(checkTrail(db).fault).toBeUndefined();
    const admin = await signIn(kept.admin, kept);
    expect((await admin.get('/chips')).$('tr[data-id]')).toHaveLength(Object.keys(kept.seen.chips).length);
  });
});

describe('keeping data directories', () => {
  const changelog = readFileSync(resolve(RELEASES, '../../CHANGELOG.md'), 'utf8');

  it('leaves out no version that the changelog has', () => {
    expect(
      releasedVersions('# Changelog\n\n## Unreleased\n\n## 1.10.0 (2027-03-01)\n\n- ## 9.9.9\n\n## 1.9.2\n'),
    ).toEqual(['1.10.0', '1.9.2']);
    expect(keptVersions()).toEqual(expect.arrayContaining(releasedVersions(changelog)));
  });

  it('makes one anew until its version is released, and then never again', () => {
    const released = '# Changelog\n\n## Unreleased\n\n## 1.1.0\n';
    expect(whyNotAgain('1.2.0', ['1.1.0', '1.2.0'], released)).toBeUndefined();
    expect(whyNotAgain('1.1.0', [], released)).toBeUndefined();
    expect(whyNotAgain('1.1.0', ['1.1.0'], released)).toMatch(/1\.1\.0 is released.*raise the version/);
  });

  it('makes one that opens as it was left, without a backup since nothing is to be brought up to date', async () => {
    const place = temporaryFolder();
    const kept = await makeDataDirectory(place.dataDir);
    pack(place.dataDir, kept, join(place.folder, 'packed'));
    const { dataDir } = unpacked(join(place.folder, 'packed'));
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
    const { db, backup } = await openUpToDate(dataDir, MIGRATIONS);
    db.$client.close();
    expect(backup).toBeUndefined();
    await expectSameSeen(dataDir, kept);
  }, 90_000);
});
