import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { signingCaOf } from '../../src/signing-ca/index.ts';
import { signingCas } from '../signing-ca/support.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { openssl } from '../support/openssl.ts';
import {
  FILE_PASSPHRASE,
  PORTAL_PASSPHRASE,
  pemBundle,
  pkcs12,
  pmp,
  startServer,
  temporaryFolder,
  withDatabase,
} from './support.ts';

const root = makeRoot();
const KINDS: readonly [KeyKind, string][] = [
  ['rsa-3072', 'PEM'],
  ['P-256', 'PKCS#12'],
  ['P-384', 'PEM'],
];

/** What issues a certificate in a data directory, with the keys that lie there. */
const signingCaIn = (dataDir: string, db: Parameters<typeof signingCas>[0]) =>
  signingCaOf({
    db,
    config: parseConfig({ PMP_DATA_DIR: dataDir }),
    passphrase: PORTAL_PASSPHRASE,
    log: { warn: () => undefined, error: () => undefined },
  });

describe('pmp ca import', () => {
  it.each(KINDS)(
    'takes a CA with a %s key from %s, before the first start, and the portal signs with it',
    async (kind, form) => {
      const place = temporaryFolder();
      const issuing = makeIntermediate(root, { key: kind, pathLength: 0 });
      const file = form === 'PEM' ? place.file('ca.pem', pemBundle(issuing, root)) : pkcs12(place, issuing, [root]);
      const { code, out, err } = await pmp(['ca', 'import', file], place);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(issuing.certificate.fingerprint);

      const { app, db } = await startServer(place.dataDir);
      expect((await app.inject('/readyz')).statusCode).toBe(200);
      const stored = signingCas(db);
      expect(stored.map((each) => [each.kind, each.der])).toEqual([
        ['root', root.der],
        ['issuing', issuing.der],
      ]);
      // The root's key stays where it is; that of the issuing CA is encrypted anew.
      const keys = join(place.dataDir, 'keys');
      expect(readdirSync(keys)).toEqual([`${stored[1]?.id}.pem`]);
      const key = join(keys, `${stored[1]?.id}.pem`);
      expect(statSync(key).mode & 0o777).toBe(0o600);
      const opened = (passphrase: string) => openssl(['pkey', '-in', key, '-passin', `pass:${passphrase}`, '-noout']);
      expect([opened(PORTAL_PASSPHRASE).status, opened(FILE_PASSPHRASE).status === 0]).toEqual([0, false]);

      const issued = await signingCaIn(place.dataDir, db).issue(makeLeaf(makeRoot()).certificate);
      if (!issued.ok) throw new Error('not issued');
      const leaf = place.file('leaf.pem', new X509Certificate(issued.certificate.der).toString());
      const verified = openssl([
        'verify',
        ...['-x509_strict', '-CAfile', place.file('root.pem', root.pem)],
        ...['-untrusted', place.file('issuing.pem', issuing.pem), leaf],
      ]);
      expect(verified.output).toMatch(/leaf\.pem: OK/);
    },
  );

  it('takes intermediates from the file or from --chain, in any order, and hands the whole chain out', async () => {
    const upper = makeIntermediate(root);
    const lower = makeIntermediate(upper);
    const issuing = makeIntermediate(lower, { pathLength: 0 });
    for (const [own, chain] of [
      [[lower, root, upper], []],
      [[], [root, upper, lower]],
    ] as const) {
      const place = temporaryFolder();
      const file = place.file('ca.pem', pemBundle(issuing, ...own));
      const further = chain.length === 0 ? [] : ['--chain', place.file('chain', chain.map(({ pem }) => pem).join(''))];
      expect((await pmp(['ca', 'import', file, ...further], place)).code).toBe(0);
      const { app, db } = await startServer(place.dataDir);
      const id = signingCas(db).find(({ kind }) => kind === 'issuing')?.id;
      const p7b = (await app.inject(`/signing-ca/${id}/download?format=p7b`)).body;
      const printed = openssl(['pkcs7', '-print_certs'], p7b).output;
      const ders = (printed.match(/-----BEGIN.+?-----END CERTIFICATE-----/gs) ?? []).map(
        (pem) => new X509Certificate(pem).raw,
      );
      expect(ders).toEqual([issuing.der, lower.der, upper.der, root.der]);
    }
  });

  it('is used at once by a portal that runs; what was signed before keeps its chain; the trail has it', async () => {
    const place = temporaryFolder();
    await pmp(['ca', 'import', place.file('a.pem', pemBundle(makeIntermediate(root), root))], place);
    const { db } = await startServer(place.dataDir);
    const running = signingCaIn(place.dataDir, db);
    const partner = makeLeaf(makeRoot()).certificate;
    const before = await running.issue(partner);
    const other = makeIntermediate(root);
    expect((await pmp(['ca', 'import', place.file('b.pem', pemBundle(other, root))], place)).code).toBe(0);
    const after = await running.issue(partner);
    if (!before.ok || !after.ok) throw new Error('not issued');
    const chains = [before, after].map(({ issuerId }) => running.chainOf(issuerId).map(({ der }) => der));
    expect(chains[1]).toEqual([other.der, root.der]);
    expect(chains[0]?.[1]).toEqual(root.der);
    expect(chains[0]?.[0]).not.toEqual(other.der);
    const trail = db.$client
      .prepare("SELECT actor, count(*) AS count FROM audit_entries WHERE action = 'signing-ca.import' GROUP BY actor")
      .all();
    expect(trail).toEqual([{ actor: 'system', count: 3 }]);
  });

  it('takes over from the CA made on first start, whose root and keys stay', async () => {
    const place = temporaryFolder();
    await startServer(place.dataDir);
    const issuing = makeIntermediate(root);
    const { code, out } = await pmp(['ca', 'import', place.file('a.pem', pemBundle(issuing, root))], place);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/Test Issuing CA \d+ \(issuing, signs now\)/);
    expect(readdirSync(join(place.dataDir, 'keys'))).toHaveLength(3);
    expect(withDatabase(place.dataDir, signingCas)).toHaveLength(4);
  });

  it('reads the passphrase from a file or the standard input of a process of its own', async () => {
    const place = temporaryFolder();
    const issuing = makeIntermediate(root);
    const file = place.file('ca.pem', pemBundle(issuing, root));
    const main = join(import.meta.dirname, '../../src/main.ts');
    const env = { ...process.env, PMP_DATA_DIR: place.dataDir, PMP_KEY_PASSPHRASE: PORTAL_PASSPHRASE };
    const wrong = spawnSync(process.execPath, [main, 'ca', 'import', file], {
      env,
      input: 'another\n',
      encoding: 'utf8',
    });
    expect([wrong.status, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('[PMP-CA-005]');
    const right = spawnSync(process.execPath, [main, 'ca', 'import', file], {
      env,
      input: `${FILE_PASSPHRASE}\n`,
      encoding: 'utf8',
    });
    expect([right.status, right.stderr]).toEqual([0, '']);
    expect(right.stdout).toContain('signs now');
    const next = place.file('next.pem', pemBundle(makeIntermediate(root), root));
    const secret = place.file('passphrase', `${FILE_PASSPHRASE}\r\n`);
    const options = ['--passphrase-file', secret];
    expect((await pmp(['ca', 'import', next, ...options], { ...place, secret: 'not asked for' })).code).toBe(0);
    expect(statSync(join(place.dataDir, 'pmp.sqlite')).mode & 0o777).toBe(0o600);
  });
});
