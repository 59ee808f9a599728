import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SYSTEM } from '../../src/audit/index.ts';
import { wordReasons } from '../../src/http/words.ts';
import { formatter } from '../../src/i18n/format.ts';
import { translator } from '../../src/i18n/index.ts';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { importSigningCa } from '../../src/signing-ca/index.ts';
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { generalName, nameConstraints, policies, policyConstraints, unknownExtension } from '../support/extensions.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { signingCas } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const root = makeRoot();
const now = () => Math.ceil(Date.now() / 1000) * 1000;

const importInto = ({ db, config }: Portal, issuing: MadeCertificate, above: readonly MadeCertificate[]) =>
  importSigningCa(
    { db, config, passphrase: 'passphrase of the tests', log: { warn: () => undefined, error: () => undefined } },
    SYSTEM,
    { privateKey: issuing.privateKey, certificates: [issuing, ...above].map(({ certificate }) => certificate) },
    [],
  );

/** The reasons as people read them, "" when it was taken in. Refused, nothing must have been changed. */
async function refusal(issuing: MadeCertificate, above: readonly MadeCertificate[], portal?: Portal): Promise<string> {
  const into = portal ?? (await openPortal());
  const state = () => [signingCas(into.db), readdirSync(join(into.dataDir, 'keys')), into.trail().length];
  const before = state();
  const imported = await importInto(into, issuing, above);
  if (imported.ok) return '';
  expect(state()).toEqual(before);
  return wordReasons(imported.reasons, {
    language: 'en',
    t: translator('en'),
    fmt: formatter('en', 'UTC'),
    person: null,
  })
    .map(({ title, text, code }) => `${code} ${title} ${text}`)
    .join('\n');
}

const below = (upper: MadeCertificate, overrides: Parameters<typeof makeIntermediate>[1] = {}) =>
  makeIntermediate(upper, overrides);

describe('importing a signing CA is refused when', () => {
  it.each<[string, () => [MadeCertificate, MadeCertificate[]], RegExp]>([
    [
      'the key belongs to none of the certificates',
      () => [{ ...below(root), privateKey: below(root).privateKey }, [root]],
      /^PMP-CA-005 The private key belongs to none.*“Test Issuing CA \d+”, “Test Root CA \d+”/,
    ],
    ['its RSA key has 2048 bits', () => [below(root, { key: 'rsa-2048' }), [root]], /has 2048 bits; at least 3072/],
    ['its key is on P-521', () => [below(root, { key: 'P-521' }), [root]], /The key is ec secp521r1/],
    ['its key is one of Ed25519', () => [below(root, { key: 'Ed25519' }), [root]], /The key is ed25519/],
    ['it is a root', () => [root, []], /This is a root.*signs itself/],
    ['its root is not there', () => [below(root), []], /was issued by .*Test Root CA.*no CA certificate of this name/],
    [
      'the root there has the same name and another key',
      () => [below(root), [makeRoot({ subjectDer: root.subjectDer })]],
      /no CA certificate of this name whose key signed it/,
    ],
    [
      'the chain ends below a root',
      () => {
        const middle = below(root);
        return [below(middle), [middle]];
      },
      /“Test Issuing CA \d+” was issued by .*Test Root CA/,
    ],
    [
      'a CA has no key usage',
      () => [below(root, { keyUsage: null }), [root]],
      /^PMP-CA-005 .*“Test Issuing CA \d+” has no keyUsage\. RFC 5280/,
    ],
    ['it is no CA', () => [makeLeaf(root), [root]], /no basic constraints with CA = TRUE/],
    [
      'it may not sign certificates',
      () => [below(root, { keyUsage: ['cRLSign'] }), [root]],
      /Signing certificates \(keyCertSign\) is not among it/,
    ],
    [
      'its root allows no CA below it',
      () => {
        const short = makeRoot({ pathLength: 0 });
        return [below(short), [short]];
      },
      /allows no CA below it/,
    ],
    ['it is not valid yet', () => [below(root, { notBefore: now() + DAY }), [root]], /It is valid from/],
    [
      'its root has expired',
      () => {
        const old = makeRoot({ notAfter: now() - DAY });
        return [below(old), [old]];
      },
      /“Test Root CA \d+” was valid until/,
    ],
    [
      'its root ends too soon',
      () => {
        const short = makeRoot({ notAfter: now() + 365 * DAY });
        return [below(short), [short]];
      },
      /Test Root CA \d+ is valid until .* but is needed until/,
    ],
    [
      'it carries a critical extension that nobody knows',
      () => [below(root, { extensions: [unknownExtension(true)] }), [root]],
      /marked as critical/,
    ],
    ['it is signed with SHA-1', () => [below(root, { hash: 'sha1' }), [root]], /signed with .*SHA-1|ecdsa-with-SHA1/i],
    [
      'a signed byte was changed',
      () => {
        const tamper = (der: Buffer) => {
          const at = der.lastIndexOf('Test Trust') + 5;
          der[at] = 0x58;
          return der;
        };
        return [below(root, { tamper, subject: { O: 'Other', CN: 'Test Trust' } }), [root]];
      },
      /no CA certificate of this name whose key signed it/,
    ],
    [
      'it is restricted to certain names',
      () => [below(root, { extensions: [nameConstraints([generalName.dns('example.org')])] }), [root]],
      /name constraints.*partners’ own names/,
    ],
    [
      'what it signs would have no policy that is required',
      () => {
        const strict = below(root, { extensions: [policies('1.2.3'), policyConstraints({ require: 0 })] });
        return [strict, [root]];
      },
      /requires a certificate policy/,
    ],
  ])('%s', async (_, make, said) => {
    expect(await refusal(...make())).toMatch(said);
  });

  it('it ends in less than 366 days', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: now() });
    const neededAt = Date.now() + 366 * DAY;
    expect(await refusal(below(root, { notAfter: neededAt }), [root])).toBe('');
    expect(await refusal(below(root, { notAfter: neededAt - SECOND }), [root])).toMatch(
      /is valid until .* but is needed until/,
    );
  });

  it('it is there already, also when two come at the same time', async () => {
    const portal = await openPortal();
    const issuing = below(root);
    const both = await Promise.all([importInto(portal, issuing, [root]), importInto(portal, issuing, [root])]);
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(readdirSync(join(portal.dataDir, 'keys'))).toHaveLength(3);
    expect(await refusal(issuing, [root], portal)).toMatch(/^PMP-CA-005 This CA is there already/);
  });

  it('a CA of its chain is there already below another root', async () => {
    const portal = await openPortal();
    const middle = below(root);
    expect(await refusal(below(middle), [middle, root], portal)).toBe('');
    // The same certificate of the CA above can hang on another root only if that one has the same name and key.
    const again = makeRoot({ subjectDer: root.subjectDer, key: root.keys });
    expect(await refusal(below(middle), [middle, again], portal)).toMatch(/is there already, below another one/);
    expect(await refusal(below(middle), [middle, root], portal)).toBe('');
  });
});

describe('an imported signing CA', () => {
  it('of several certificates for its key is the one that lasts longest', async () => {
    const portal = await openPortal();
    const older = below(root, { notAfter: now() + 400 * DAY });
    const newer = makeIntermediate(root, { key: older.keys, subjectDer: older.subjectDer });
    expect(await refusal(older, [newer, root], portal)).toBe('');
    const issuing = signingCas(portal.db).filter(({ kind }) => kind === 'issuing');
    expect(issuing.map(({ der }) => der)).toContainEqual(newer.der);
    expect(issuing.map(({ der }) => der)).not.toContainEqual(older.der);
  });

  it('cannot be renewed here, since its root’s key is elsewhere: the admin reads so, and issuing goes on', async () => {
    const portal = await openPortal();
    const issuing = below(root);
    expect(await refusal(issuing, [root], portal)).toBe('');
    const page = await portal.ada.get('/signing-ca');
    expect(page.$('section[data-id]').first().find('[data-fingerprint]').attr('data-fingerprint')).toBe(
      issuing.certificate.fingerprint,
    );
    expect(page.$('a[href="/signing-ca/renewal/new"]')).toHaveLength(0);
    expect(page.text()).toMatch(/The private key of Test Root CA \d+ is not there/);
    const answer = await portal.ada.get('/signing-ca/renewal/new');
    expect([answer.status, answer.codes]).toEqual([409, ['PMP-CA-003']]);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
  });

  it('is the newest even where the clock was set back since the last one', async () => {
    const portal = await openPortal();
    const ahead = signingCas(portal.db).find(({ kind }) => kind === 'issuing');
    portal.db.$client.exec(`DROP TRIGGER signing_ca_certificates_no_update;
      UPDATE signing_ca_certificates SET created_at = ${Date.now() + DAY} WHERE id = '${ahead?.id}'`);
    const issuing = below(root);
    expect(await refusal(issuing, [root], portal)).toBe('');
    const page = await portal.ada.get('/signing-ca');
    expect(page.text('section[data-id]:first-of-type')).toContain('Signs now');
    expect(page.$('section[data-id]').first().find('[data-fingerprint]').attr('data-fingerprint')).toBe(
      issuing.certificate.fingerprint,
    );
  });
});
