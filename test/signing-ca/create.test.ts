import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { DAY } from '../../src/lib/durations.ts';
import { openssl } from '../support/openssl.ts';
import { openEmptyPortal, openPortal } from '../support/portal.ts';
import { hasTool } from '../support/tools.ts';
import { signingCas } from './support.ts';

const PASSPHRASE = 'passphrase of the tests';

describe('the signing CA of a new portal', () => {
  it('is a root and an issuing CA below it, noted in the trail', async () => {
    const portal = await openPortal();
    const cas = signingCas(portal.db);
    expect(cas.map(({ kind }) => kind)).toEqual(['root', 'issuing']);
    const [root, issuing] = cas.map(({ der }) => new X509Certificate(der));
    expect(issuing?.checkIssued(root as X509Certificate)).toBe(true);
    expect(cas[1]?.parent_id).toBe(cas[0]?.id);
    const made = portal.trail().filter(({ action }) => action === 'signing-ca.create');
    expect(made.map(({ actor, thing_id }) => [actor, thing_id])).toEqual(cas.map(({ id }) => ['system', id]));
  });

  it('lasts ten and five years, with the path lengths 1 and 0, and is named by the configuration', async () => {
    const { db } = await openEmptyPortal({ PMP_CA_ORGANIZATION: 'République, "Test"' });
    const [root, issuing] = signingCas(db).map(({ der }) => new X509Certificate(der));
    for (const [certificate, years, title] of [
      [root, 10, 'Root CA'],
      [issuing, 5, 'Issuing CA'],
    ] as const) {
      expect(certificate?.ca).toBe(true);
      expect(certificate?.toLegacyObject().subject).toMatchObject({ O: 'République, "Test"' });
      expect(certificate?.subject).toMatch(new RegExp(`${title} [0-9a-f]{8}`));
      const days = (Number(certificate?.validToDate) - Number(certificate?.validFromDate)) / DAY;
      expect(Math.round(days / 365.25)).toBe(years);
    }
  });

  it('is made once: a second start keeps it', async () => {
    const portal = await openPortal();
    const before = signingCas(portal.db).map(({ fingerprint }) => fingerprint);
    const again = await buildApp({ config: portal.config, db: portal.db });
    await again.close();
    expect(signingCas(portal.db).map(({ fingerprint }) => fingerprint)).toEqual(before);
    expect(readdirSync(join(portal.dataDir, 'keys'))).toHaveLength(2);
  });

  it('has a name of its own in every portal', async () => {
    const names = [await openEmptyPortal(), await openEmptyPortal()].flatMap(({ db }) =>
      signingCas(db).map(({ der }) => new X509Certificate(der).subject),
    );
    expect(new Set(names).size).toBe(4);
  });

  it('keeps its keys encrypted, in files of mode 0600 in a folder of mode 0700', async () => {
    const { db, dataDir } = await openEmptyPortal();
    const folder = join(dataDir, 'keys');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(
      signingCas(db)
        .map(({ id }) => `${id}.pem`)
        .sort(),
    );
    for (const { id, der } of signingCas(db)) {
      const file = join(folder, `${id}.pem`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const pem = readFileSync(file, 'utf8');
      expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
      const key = createPrivateKey({ key: pem, passphrase: PASSPHRASE });
      expect(new X509Certificate(der).checkPrivateKey(key)).toBe(true);
      expect(() => createPrivateKey({ key: pem, passphrase: `${PASSPHRASE}.` })).toThrow();
      expect(() => createPrivateKey({ key: pem })).toThrow();
    }
  });

  it.runIf(hasTool('openssl'))(
    'is verified by openssl, which also opens the keys, by the passphrase only',
    async () => {
      const { db, dataDir } = await openEmptyPortal();
      const [root, issuing] = signingCas(db);
      for (const { id } of [root, issuing].filter((ca) => ca !== undefined)) {
        const file = join(dataDir, 'keys', `${id}.pem`);
        expect(openssl(['pkey', '-in', file, '-passin', `pass:${PASSPHRASE}`, '-noout', '-text']).output).toMatch(
          /P-256/,
        );
        expect(openssl(['pkey', '-in', file, '-passin', 'pass:another one', '-noout']).status).not.toBe(0);
      }
      const text = openssl(['x509', '-noout', '-text'], new X509Certificate(issuing?.der ?? '').toString()).output;
      expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
      expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    },
  );

  it.each([
    ['ec-p256', 'P-256', 'ecdsa-with-SHA256'],
    ['ec-p384', 'P-384', 'ecdsa-with-SHA384'],
    ['rsa-3072', '3072 bit', 'sha256WithRSAEncryption'],
  ])('has the kind of key that is configured: %s', async (kind, key, signature) => {
    const { db } = await openEmptyPortal({ PMP_CA_KEY: kind });
    for (const { der } of signingCas(db)) {
      const text = openssl(['x509', '-noout', '-text'], new X509Certificate(der).toString()).output;
      expect(text).toContain(key);
      expect(text).toContain(`Signature Algorithm: ${signature}`);
    }
  });
});
