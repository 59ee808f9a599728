import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import {
  CA_KEY_KINDS,
  type CaKeyKind,
  createIssuingCa,
  createRootCa,
  createSigner,
  issueMosipCertificate,
  toP7b,
  toPem,
} from '../../src/pki/index.ts';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import type { KeyKind } from '../support/keys.ts';
import { hasTool, mayHaveTool } from '../support/tools.ts';

/** What OpenSSL says stands in `issue.test.ts`. GnuTLS judges at no other instant than now. */
const AT = now();
const PARTNER_KINDS: readonly KeyKind[] = ['rsa-2048', 'P-256', 'Ed25519'];
const CASES = CA_KEY_KINDS.flatMap((ca) => PARTNER_KINDS.map((partner) => [ca, partner] as const));

const folder = mkdtempSync(join(tmpdir(), 'pmp-others-'));
const pathOf = (ca: CaKeyKind, partner: KeyKind, ending: string) => join(folder, `${ca}-${partner}.${ending}`);
const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { encoding: 'utf8', stdio: 'pipe' });

/** For each kind of CA and of partner: the chain as it is handed out, and the same as PEM, the leaf first. */
async function writeChains(keyKind: CaKeyKind): Promise<void> {
  const options = { organization: 'MOSIP', keyKind, at: AT };
  const root = await createRootCa(options);
  const issuing = await createIssuingCa(options, createSigner(root.certificate, root.privateKey));
  const signer = createSigner(issuing.certificate, issuing.privateKey);
  for (const key of PARTNER_KINDS) {
    const partner = makeLeaf(makeRoot(), { key, subject: { C: 'MA', O: 'شركة الرقائق', CN: 'Acme' } });
    const issued = await issueMosipCertificate(partner.certificate, signer, AT, [root.certificate]);
    if (!issued.ok) throw new Error(issued.faults.map(({ name }) => name).join());
    const chain = [issued.certificate, issuing.certificate, root.certificate];
    writeFileSync(pathOf(keyKind, key, 'p7b'), toP7b(chain));
    writeFileSync(pathOf(keyKind, key, 'pem'), chain.map(toPem).join(''));
  }
}

beforeAll(async () => {
  for (const kind of CA_KEY_KINDS) await writeChains(kind);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasTool('certtool'))('GnuTLS', () => {
  it.each(CASES)('accepts what a CA with a key of %s issues to a partner with one of %s', (ca, partner) => {
    const output = run('certtool', '--verify-chain', '--infile', pathOf(ca, partner, 'pem'));
    expect(output).toMatch(/Chain verification output: Verified\. The certificate is trusted\./);
    expect(output).not.toMatch(/Not verified|not trusted/i);
  });

  it.each(CASES)('reads the chain handed out by a CA with a key of %s to a partner with one of %s', (ca, partner) => {
    const output = run('certtool', '--p7-info', '--infile', pathOf(ca, partner, 'p7b'));
    expect(output).toContain('Number of certificates: 3');
  });

  it('refuses a chain with another root', () => {
    writeFileSync(join(folder, 'wrong.pem'), makeLeaf(makeRoot()).pem + makeRoot().pem);
    expect(() => run('certtool', '--verify-chain', '--infile', join(folder, 'wrong.pem'))).toThrow();
  });
});

describe.skipIf(!mayHaveTool('java'))('Java', () => {
  it('reads the chains handed out, and accepts what is issued', () => {
    const files = CASES.map(([ca, partner]) => pathOf(ca, partner, 'p7b'));
    const output = run('java', join(import.meta.dirname, 'ValidateChains.java'), ...files);
    expect(output.trim().split('\n')).toEqual(files.map((file) => `3 valid ${file}`));
  });

  it('refuses a chain with another root', () => {
    const file = join(folder, 'wrong.p7b');
    writeFileSync(file, toP7b([makeLeaf(makeRoot()).certificate, makeRoot().certificate]));
    expect(run('java', join(import.meta.dirname, 'ValidateChains.java'), file)).not.toContain(' valid ');
  });
});

describe.skipIf(!mayHaveTool('keytool'))('keytool', () => {
  it.each(CA_KEY_KINDS)('prints the chain handed out by a CA with a key of %s', (ca) => {
    const output = run('keytool', '-printcert', '-file', pathOf(ca, 'Ed25519', 'p7b'));
    expect(output.match(/^Certificate\[\d\]:/gm)).toEqual(['Certificate[1]:', 'Certificate[2]:', 'Certificate[3]:']);
    expect(output).toContain('CA:false');
  });
});
