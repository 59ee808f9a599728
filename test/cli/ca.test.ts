import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { signingCas } from '../signing-ca/support.ts';
import { pmp, startServer, temporaryFolder, withDatabase } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A data directory after the first start of the server, which goes on running. */
async function started() {
  const place = temporaryFolder();
  const { app, db } = await startServer(place.dataDir);
  return { ...place, app, db };
}
const issuingIn = (place: { dataDir: string }) =>
  withDatabase(place.dataDir, signingCas).filter(({ kind }) => kind === 'issuing');
const keysIn = ({ dataDir }: { dataDir: string }) => readdirSync(join(dataDir, 'keys'));

describe('pmp ca show', () => {
  it('shows every CA certificate, and which one signs', async () => {
    const place = await started();
    const { code, out, err } = await pmp(['ca', 'show'], place);
    expect([code, err]).toEqual([0, '']);
    for (const { id, fingerprint } of signingCas(place.db)) {
      expect(out).toContain(id);
      expect(out).toContain(fingerprint);
    }
    expect(out.match(/signs now/g)).toHaveLength(1);
    expect(out).toMatch(/^MOSIP Issuing CA [0-9a-f]{8} \(issuing, signs now\)\n/);
    expect(out).toContain('EC P-256');
  });

  it.each<[string, (place: { dataDir: string }) => void, Record<string, string>, RegExp]>([
    [
      'its key is gone',
      (place) => rmSync(join(place.dataDir, 'keys'), { recursive: true }),
      {},
      /is missing in the data directory.*\[PMP-CA-001\]\n$/,
    ],
    ['the passphrase is another', () => {}, { PMP_KEY_PASSPHRASE: 'another passphrase' }, /by another passphrase/],
  ])('ends with 1 and says why nothing can be issued: %s', async (_, spoil, settings, said) => {
    const place = await started();
    spoil(place);
    const { code, out, err } = await pmp(['ca', 'show'], { ...place, settings });
    expect(code).toBe(1);
    expect(out).toContain('signs now');
    expect(err).toMatch(said);
  });

  it('says what to prepare for, and ends with 0 until it is too late', async () => {
    const place = await started();
    const end = Number(
      place.db.$client.prepare("SELECT not_after FROM signing_ca_certificates WHERE kind = 'issuing'").pluck().get(),
    );
    vi.useFakeTimers({ toFake: ['Date'], now: end - 730 * DAY });
    const due = await pmp(['ca', 'show'], place);
    expect(due.code).toBe(0);
    expect(due.err).toContain('A new issuing CA is due.');
    vi.setSystemTime(end - 366 * DAY + 1);
    expect((await pmp(['ca', 'show'], place)).code).toBe(1);
  });
});

describe('pmp ca renew', () => {
  it('makes an issuing CA under the same root, which the running server uses', async () => {
    const place = await started();
    const { code, err } = await pmp(['ca', 'renew'], place);
    expect([code, err]).toEqual([0, '']);
    const [older, newer] = issuingIn(place);
    expect(newer?.parent_id).toBe(older?.parent_id);
    expect(keysIn(place)).toHaveLength(3);
    expect((await place.app.inject(`/signing-ca/${newer?.id}/download`)).statusCode).toBe(200);
    const row = place.db.$client.prepare("SELECT actor FROM audit_entries WHERE action = 'signing-ca.renew'").all();
    expect(row).toEqual([{ actor: 'system' }]);
  });

  it('is refused with the reason, and nothing is made', async () => {
    const place = await started();
    const settings = { PMP_KEY_PASSPHRASE: 'another passphrase' };
    const { code, out, err } = await pmp(['ca', 'renew'], { ...place, settings });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^There can be no new issuing CA.*another passphrase.*\[PMP-CA-003\]\n$/);
    expect([issuingIn(place).length, keysIn(place).length]).toEqual([1, 2]);
  });
});

describe('pmp ca create', () => {
  it('makes a new root and an issuing CA below it; the old ones stay', async () => {
    const place = await started();
    expect((await pmp(['ca', 'create'], place)).code).toBe(0);
    const cas = withDatabase(place.dataDir, signingCas);
    expect(cas.map(({ kind }) => kind)).toEqual(['root', 'root', 'issuing', 'issuing']);
    expect(new Set(issuingIn(place).map(({ parent_id }) => parent_id)).size).toBe(2);
    expect((await place.app.inject('/readyz')).statusCode).toBe(200);
    expect((await pmp(['ca', 'renew'], place)).code).toBe(0);
    expect(keysIn(place)).toHaveLength(5);
  });
});

describe('a command that cannot be done', () => {
  it.each([['show'], ['renew'], ['create']])('ca %s on a directory without a portal makes none', async (command) => {
    const place = temporaryFolder();
    const { code, err } = await pmp(['ca', command], place);
    expect([code, err]).toEqual([1, `PMP_DATA_DIR: there is no portal in ${place.dataDir} yet\n`]);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['ca', 'destroy'], /unknown command 'destroy'/],
    ['no file', ['ca', 'import'], /missing required argument 'file'/],
    ['an unknown option', ['ca', 'import', 'x', '--passphrase', 'secret'], /unknown option '--passphrase'/],
    ['a file that is not there', ['ca', 'import', '/nowhere/ca.p12'], /\/nowhere\/ca\.p12 cannot be read: ENOENT/],
  ])('%s: says so and ends with 1', async (_, args, said) => {
    const place = temporaryFolder();
    const { code, out, err } = await pmp(args, place);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(said);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('a wrong setting is named', async () => {
    const { code, err } = await pmp(['ca', 'show'], { ...temporaryFolder(), settings: { PMP_TIME_ZONE: 'Nowhere' } });
    expect(code).toBe(1);
    expect(err).toContain('PMP_TIME_ZONE must be a time zone');
  });

  it('asking for help is none', async () => {
    const { code, out } = await pmp(['ca', 'import', '--help'], temporaryFolder());
    expect(code).toBe(0);
    expect(out).toContain('--passphrase-file <file>');
  });
});
