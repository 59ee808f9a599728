import { X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { keyFileMark } from '../../src/signing-ca/key-file.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { signIn } from '../support/workflow.ts';
import { issuingIds, keyFile, restart, rootOf, signingCas } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const PASSPHRASE = { PMP_KEY_PASSPHRASE: 'passphrase of the tests' };
const endOf = (der: Buffer) => Number(new X509Certificate(der).validToDate);

async function pageAt(portal: Portal, instant: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: instant });
  const ada = await signIn(portal, 'ada');
  return { page: await ada.get('/signing-ca'), dashboard: await ada.get('/') };
}

describe('GET /signing-ca', () => {
  it('shows every CA certificate with its status, end, fingerprint, chain and downloads, the one that signs first', async () => {
    const portal = await openPortal();
    const replaces = issuingIds(portal.db)[0] ?? '';
    await portal.ada.post('/signing-ca/renewal', { replaces });
    const page = await portal.ada.get('/signing-ca');
    expect(page.status).toBe(200);
    const shown = page.$('section[data-id]').toArray();
    const present = issuingIds(portal.db).at(-1);
    expect(shown.map((each) => page.$(each).attr('data-id'))).toEqual([present, rootOf(portal.db).id, replaces]);
    for (const { id, fingerprint, kind } of signingCas(portal.db)) {
      const card = `#ca-${id}`;
      expect(page.$(`${card} [data-fingerprint="${fingerprint}"]`)).toHaveLength(1);
      expect(page.$(`${card} [data-status="valid"]`)).toHaveLength(1);
      expect(page.$(`${card} .chain li`)).toHaveLength(kind === 'root' ? 1 : 2);
      expect(page.text(card).includes('Signs now')).toBe(id === present);
      const links = page
        .$(`${card} a[download]`)
        .toArray()
        .map((each) => page.$(each).attr('href'));
      const base = `/signing-ca/${id}/download`;
      expect(links).toEqual([...(kind === 'root' ? [] : [`${base}?format=p7b`]), base, `${base}?format=der`]);
    }
    expect(page.$('a[href="/signing-ca/renewal/new"]')).toHaveLength(1);
    expect(page.$('.notice')).toHaveLength(0);
    expect((await portal.ada.get('/')).$('a.card[href="/signing-ca"]')).toHaveLength(1);
  });

  it.each([
    ['a day before', 731 * DAY, 0],
    ['a second before', 730 * DAY + 1000, 0],
    ['from then on', 730 * DAY, 1],
  ])('asks for a new issuing CA from 730 days on: %s', async (_, left, notices) => {
    const portal = await openPortal();
    const { page, dashboard } = await pageAt(portal, endOf(signingCas(portal.db)[1]?.der ?? Buffer.alloc(0)) - left);
    for (const answer of [page, dashboard]) {
      expect(answer.$('.notice')).toHaveLength(notices);
      if (notices > 0) expect(answer.text('.notice')).toMatch(/A new issuing CA is due.*Plan for a new one/);
    }
    expect(page.$('a[href="/signing-ca/renewal/new"]')).toHaveLength(1);
  });

  it.each([
    [730 * DAY + 1000, /^$/],
    [730 * DAY, /^A new root is due.*pmp ca create/],
  ])('asks for a new root where a new issuing CA would not last: %d ms left', async (left, said) => {
    const portal = await openPortal();
    // The issuing CA lasts to the root's end: it was made when the root had less than five years.
    const rootEnd = endOf(rootOf(portal.db).der);
    vi.useFakeTimers({ toFake: ['Date'], now: rootEnd - 1000 * DAY });
    const ada = await signIn(portal, 'ada');
    await ada.post('/signing-ca/renewal', { replaces: issuingIds(portal.db)[0] ?? '' });
    const { page } = await pageAt(portal, rootEnd - left);
    expect(page.text('.notice')).toMatch(said);
  });

  it('says until when it would have to last, and marks what has expired', async () => {
    const portal = await openPortal();
    const end = endOf(signingCas(portal.db)[1]?.der ?? Buffer.alloc(0));
    const { page, dashboard } = await pageAt(portal, end + 1000);
    const id = issuingIds(portal.db)[0];
    expect(page.$(`#ca-${id} [data-status="expired"]`)).toHaveLength(1);
    for (const answer of [page, dashboard])
      expect(answer.text('.notice')).toMatch(/cannot issue certificates.*is valid until.*is needed until/);
    expect(dashboard.text('a.card[href="/signing-ca"]')).toContain('Cannot issue');
  });

  it.each<[string, (file: string) => void, Record<string, string>, RegExp]>([
    ['key missing', (file) => rmSync(file), PASSPHRASE, /is missing in the data directory/],
    ['key cut off', (file) => writeFileSync(file, '-----BEGIN ENCR'), PASSPHRASE, /or is cut off/],
    ['another passphrase', () => {}, { PMP_KEY_PASSPHRASE: 'another passphrase' }, /by another passphrase/],
  ])('says to the admin what is wrong: %s', async (_, spoil, settings, said) => {
    const portal = await openPortal();
    const id = issuingIds(portal.db)[0] ?? '';
    spoil(keyFile(portal, id));
    const { ada } = await restart(portal, settings);
    for (const answer of [await ada.get('/signing-ca'), await ada.get('/')]) {
      expect(answer.status).toBe(200);
      expect(answer.text('.notice')).toMatch(said);
      expect(answer.text('.notice')).toContain(`keys/${id}.pem`);
    }
  });

  it("says when the key is another CA's", async () => {
    const portal = await openPortal();
    const id = issuingIds(portal.db)[0] ?? '';
    copyFileSync(keyFile(portal, rootOf(portal.db).id), keyFile(portal, id));
    const { ada } = await restart(portal, PASSPHRASE);
    expect((await ada.get('/signing-ca')).text('.notice')).toContain(`keys/${id}.pem is not that of`);
  });

  it('says when the key cannot be read', async () => {
    const portal = await openPortal();
    const id = issuingIds(portal.db)[0] ?? '';
    // Root may read every file, but nobody a folder as one.
    rmSync(keyFile(portal, id));
    mkdirSync(keyFile(portal, id));
    const { ada } = await restart(portal, PASSPHRASE);
    expect((await ada.get('/signing-ca')).text('.notice')).toContain('may not open');
  });

  it('looks at a key again of which somebody changed the owner or anything else', async () => {
    const { dataDir, db } = await openPortal();
    const [id = ''] = issuingIds(db);
    const mark = keyFileMark(dataDir, id);
    // As a change of the owner, which not everybody may make, another name changes nothing but the time at which it was done.
    linkSync(keyFile({ dataDir }, id), `${keyFile({ dataDir }, id)}.too`);
    expect(keyFileMark(dataDir, id)).not.toBe(mark);
  });

  it('takes a key that is put back, without a restart', async () => {
    const portal = await openPortal();
    const file = keyFile(portal, issuingIds(portal.db)[0] ?? '');
    renameSync(file, `${file}.away`);
    const { ada, guest, log } = await restart(portal, PASSPHRASE);
    for (let ask = 0; ask < 3; ask += 1) expect((await guest.get('/readyz')).status).toBe(503);
    expect(log().match(/cannot be used/g)).toHaveLength(1);
    renameSync(`${file}.away`, file);
    expect((await guest.get('/readyz')).status).toBe(200);
    expect((await ada.get('/signing-ca')).$('.notice')).toHaveLength(0);
  });

  it('stops signing when the key is lost or mixed up while it runs, and says so', async () => {
    const portal = await openPortal();
    const file = keyFile(portal, issuingIds(portal.db)[0] ?? '');
    expect((await portal.guest.get('/readyz')).status).toBe(200);
    renameSync(file, `${file}.away`);
    expect((await portal.guest.get('/readyz')).status).toBe(503);
    expect((await portal.ada.get('/signing-ca')).text('.notice')).toContain('is missing in the data directory');
    copyFileSync(keyFile(portal, rootOf(portal.db).id), file);
    expect((await portal.ada.get('/signing-ca')).text('.notice')).toContain('is not that of');
    renameSync(`${file}.away`, file);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
  });

  it('closes a key file that others can read, and warns', async () => {
    const portal = await openPortal();
    const file = keyFile(portal, issuingIds(portal.db)[0] ?? '');
    chmodSync(file, 0o644);
    const { guest, log } = await restart(portal, PASSPHRASE);
    expect((await guest.get('/readyz')).status).toBe(200);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(log().match(/others could read the key file/g)).toHaveLength(1);
  });

  it('offers no renewal, and says why, where the root’s key is not here', async () => {
    const portal = await openPortal();
    rmSync(keyFile(portal, rootOf(portal.db).id));
    const page = await portal.ada.get('/signing-ca');
    expect(page.status).toBe(200);
    expect(page.$('a[href="/signing-ca/renewal/new"]')).toHaveLength(0);
    expect(page.text()).toContain('There can be no new issuing CA under the present root');
    expect(page.$('.notice')).toHaveLength(0);
  });
});
