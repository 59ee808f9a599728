import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/index.ts';
import { asFile, makeRoot } from '../support/certificates.ts';
import { generalName, type RawExtension, subjectAltName } from '../support/extensions.ts';
import { pmp, startServer, temporaryFolder } from './support.ts';

/** A portal that was started once, and stopped. */
async function stopped(settings: Record<string, string> = {}) {
  const place = temporaryFolder();
  const { app, db } = await startServer(place.dataDir, settings);
  await app.close();
  db.$client.close();
  chmodSync(place.dataDir, 0o700);
  for (const file of readdirSync(place.dataDir)) chmodSync(join(place.dataDir, file), file === 'keys' ? 0o700 : 0o600);
  return { ...place, settings };
}

/** Something that greets as a mail server does. */
async function mailServer(): Promise<string> {
  const server = await new Promise<Server>((done) => {
    const listening = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 mail.test ESMTP\r\n');
      socket.on('data', (chunk) => socket.write(/^EHLO/i.test(chunk.toString()) ? '250 mail.test\r\n' : '221 bye\r\n'));
    }).listen(0, '127.0.0.1', () => done(listening));
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function replaceBy(path: string, make: (path: string) => void): void {
  rmSync(path, { recursive: true, force: true });
  make(path);
}

const stateOf = (out: string, name: string) => new RegExp(`^(\\S+) +${name}: `, 'm').exec(out)?.[1];

describe('pmp doctor', () => {
  it('finds nothing wrong with a portal that is well', async () => {
    const place = await stopped();
    await pmp(['backup', join(place.dataDir, 'backups', 'x.backup')], place);
    const { code, out, err } = await pmp(['doctor'], { ...place, settings: { PMP_SMTP_URL: await mailServer() } });
    expect([code, err]).toEqual([0, '']);
    for (const name of [
      'settings',
      'data directory',
      'clock',
      'database',
      'version',
      'audit trail',
      'signing CA',
      'passphrase of the keys',
      'backups',
      'mail',
    ])
      expect([name, stateOf(out, name)]).toEqual([name, 'ok']);
  });

  it.each([
    [
      'a directory that others may read',
      (dataDir: string) => chmodSync(dataDir, 0o755),
      'data directory',
      'chmod go-rwx',
    ],
    [
      'a missing key',
      (dataDir: string) => rmSync(join(dataDir, 'keys'), { recursive: true }),
      'signing CA',
      'PMP-CA-001',
    ],
    [
      'a changed trail',
      (dataDir: string) =>
        tamper(dataDir, "DROP TRIGGER audit_entries_no_update; UPDATE audit_entries SET actor = 'x' WHERE id = 1"),
      'audit trail',
      'pmp audit verify',
    ],
    [
      'a database of a newer version',
      (dataDir: string) => tamper(dataDir, "INSERT INTO migrations VALUES (99, 'x', 'x')"),
      'version',
      'newer',
    ],
    [
      'a row that refers to nothing',
      (dataDir: string) =>
        tamper(
          dataDir,
          "PRAGMA foreign_keys = OFF; INSERT INTO sessions (id, account_id, expires_at, created_at) VALUES ('s', 'nobody', 1, 1)",
        ),
      'database',
      'restore the newest backup',
    ],
    [
      'a database whose head is damaged',
      (dataDir: string) => writeFileSync(join(dataDir, 'pmp.sqlite'), 'no database '.repeat(1000)),
      'database',
      'restore the newest backup',
    ],
    [
      'a database that cannot be opened',
      (dataDir: string) => {
        rmSync(join(dataDir, 'pmp.sqlite'));
        mkdirSync(join(dataDir, 'pmp.sqlite'), { mode: 0o700 });
      },
      'database',
      'must belong to the user',
    ],
    [
      'keys that are no folder',
      (dataDir: string) => replaceBy(join(dataDir, 'keys'), (path) => writeFileSync(path, '')),
      'data directory',
      'keys is no folder',
    ],
    [
      'a folder of keys that cannot be looked into',
      (dataDir: string) => replaceBy(join(dataDir, 'keys'), (path) => symlinkSync('keys', path)),
      'signing CA',
      'PMP-CA-001',
    ],
    [
      'a lock that is no file',
      (dataDir: string) => replaceBy(join(dataDir, 'lock'), mkdirSync),
      'data directory',
      'lock is no file',
    ],
    [
      'terms that cannot be used',
      (dataDir: string) => writeFileSync(join(dataDir, 'terms.json'), '{ "version": 2, "en": "x", "fr": "x" }'),
      'terms',
      'wrong or missing: ar',
    ],
  ])('finds %s', async (_what, harm, name, advice) => {
    const place = await stopped();
    harm(place.dataDir);
    const { code, out, err } = await pmp(['doctor'], place);
    expect([code, stateOf(out, name)]).toEqual([1, 'wrong']);
    expect(out).toContain(advice);
    expect(err).toContain('found something wrong');
  });

  it('finds another passphrase, a mail server that is not there, and no data directory', async () => {
    const place = await stopped();
    const wrong = await pmp(['doctor'], {
      ...place,
      settings: { PMP_KEY_PASSPHRASE: 'not the passphrase', PMP_SMTP_URL: 'smtp://127.0.0.1:1' },
    });
    expect([wrong.code, stateOf(wrong.out, 'signing CA'), stateOf(wrong.out, 'mail')]).toEqual([1, 'wrong', 'wrong']);
    const empty = temporaryFolder();
    expect(stateOf((await pmp(['doctor'], empty)).out, 'data directory')).toBe('wrong');
    expect(existsSync(empty.dataDir)).toBe(false);
  });

  it('looks at the HTTPS of the portal itself', async () => {
    const place = await stopped();
    const day = 86_400_000;
    const filesFor = (days: number, extensions: RawExtension[] = []) => {
      const made = makeRoot({ extensions, subject: { CN: 'pmp.test' }, notAfter: Date.now() + days * day + 3_600_000 });
      const settings = {
        PMP_TLS_CERT_FILE: place.file('tls.pem', asFile(made)),
        PMP_TLS_KEY_FILE: place.file('tls.key', String(made.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
      };
      chmodSync(settings.PMP_TLS_KEY_FILE, 0o600);
      return settings;
    };
    const httpsIn = async (settings: Record<string, string>) =>
      stateOf((await pmp(['doctor'], { ...place, settings })).out, 'HTTPS');
    expect(await httpsIn(filesFor(14))).toBe('ok');
    expect(await httpsIn(filesFor(13))).toBe('warning');
    expect(await httpsIn({ ...filesFor(14), PMP_TLS_CERT_FILE: place.file('other.pem', 'nothing') })).toBe('wrong');
    const exposed = filesFor(14);
    chmodSync(exposed.PMP_TLS_KEY_FILE, 0o644);
    expect(await httpsIn(exposed)).toBe('wrong');
    const named = filesFor(14, [subjectAltName(generalName.dns('pmp.test'), generalName.ip(127, 0, 0, 1))]);
    for (const host of ['pmp.test', '127.0.0.1'])
      expect([host, await httpsIn({ ...named, PMP_PUBLIC_URL: `https://${host}` })]).toEqual([host, 'ok']);
    for (const host of ['other.test', '127.0.0.2', '[::1]'])
      expect([host, await httpsIn({ ...named, PMP_PUBLIC_URL: `https://${host}` })]).toEqual([host, 'wrong']);
    expect(await httpsIn({ ...filesFor(14), PMP_PUBLIC_URL: 'https://pmp.test' })).toBe('wrong');
    const behindProxy = { PMP_PUBLIC_URL: 'https://other.test', PMP_TRUST_PROXY: '127.0.0.1' };
    expect(await httpsIn({ ...named, ...behindProxy })).toBe('ok');
    expect(await httpsIn({})).toBe('warning');
    expect(await httpsIn({ PMP_PUBLIC_URL: 'https://pmp.example' })).toBe('ok');
  });

  it('warns of a passphrase beside the keys, of no backups, of no mail server, and changes nothing', async () => {
    const place = await stopped({ PMP_KEY_PASSPHRASE: '', PMP_BACKUP_KEEP: '0' });
    writeFileSync(join(place.dataDir, 'witness'), '', { mode: 0o600 });
    const before = readdirSync(place.dataDir, { recursive: true }).sort();
    const { code, out } = await pmp(['doctor'], place);
    for (const name of ['passphrase of the keys', 'backups', 'mail'])
      expect([name, stateOf(out, name)]).toEqual([name, 'warning']);
    expect(code).toBe(0);
    expect(readdirSync(place.dataDir, { recursive: true }).sort()).toEqual(before);
  });
});

it('warns of settings that are none', async () => {
  const { out } = await pmp(['doctor'], { ...(await stopped()), settings: { PMP_PUBLIC_URl: 'https://pmp.test' } });
  expect(stateOf(out, 'settings')).toBe('warning');
  expect(out).toContain('there is no PMP_PUBLIC_URl');
});

it('finds a folder of backups that is none', async () => {
  const place = await stopped();
  const folder = join(place.folder, 'backups');
  writeFileSync(folder, '');
  const { code, out } = await pmp(['doctor'], { ...place, settings: { PMP_BACKUP_DIR: folder } });
  expect(code).toBe(1);
  expect(stateOf(out, 'backups')).toBe('wrong');
  expect(stateOf(out, 'audit trail')).toBe('ok');
});

it('takes no backup for the newest that a clock ahead of time has dated', async () => {
  const place = await stopped({ PMP_BACKUP_KEEP: '0' });
  const file = join(place.dataDir, 'backups', 'x.backup');
  await pmp(['backup', file], place);
  const tomorrow = Date.now() / 1000 + 86_400;
  utimesSync(file, tomorrow, tomorrow);
  const { out } = await pmp(['doctor'], place);
  expect(stateOf(out, 'backups')).toBe('warning');
  expect(out).toContain(`none in ${join(place.dataDir, 'backups')}`);
});

function tamper(dataDir: string, sql: string): void {
  const db = openDatabase(dataDir);
  db.$client.exec(sql);
  db.$client.close();
}
