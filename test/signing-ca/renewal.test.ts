import { X509Certificate } from 'node:crypto';
import { copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { makeLeaf } from '../support/certificates.ts';
import { openssl } from '../support/openssl.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectTrailRefusal } from '../support/refusal.ts';
import { HTMX } from '../support/visitor.ts';
import { signIn, trustAuthority, uploadPartner } from '../support/workflow.ts';
import { issuingIds, keyFile, restart, rootOf, signingCas } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const PASSPHRASE = { PMP_KEY_PASSPHRASE: 'passphrase of the tests' };
const renew = (portal: Portal, replaces = issuingIds(portal.db).at(-1) ?? '') =>
  portal.ada.post('/signing-ca/renewal', { replaces });
const keyFiles = (portal: Portal) => readdirSync(join(portal.dataDir, 'keys')).length;

/** The MOSIP-signed certificate and its `.p7b`, as PEM. */
async function signedOf(portal: Portal) {
  const pem = (await portal.pia.get('/partner-certificate/mosip-signed')).body;
  const p7b = (await portal.pia.get('/partner-certificate/mosip-signed?format=p7b')).body;
  return { pem, p7b };
}

/** Lets OpenSSL verify a certificate against the root, with nothing else to help than the certificates of its `.p7b`. */
function verify(portal: Portal, { pem, p7b }: { pem: string; p7b: string }) {
  const file = (name: string, content: string) => {
    writeFileSync(join(portal.dataDir, name), content);
    return join(portal.dataDir, name);
  };
  const chain = openssl(['pkcs7', '-print_certs'], p7b).output;
  const root = file('root.pem', new X509Certificate(rootOf(portal.db).der).toString());
  return openssl([
    'verify',
    '-x509_strict',
    '-CAfile',
    root,
    '-untrusted',
    file('chain.pem', chain),
    file('leaf.pem', pem),
  ]).output;
}

describe('a new issuing CA', () => {
  it('stands below the same root, signs from then on, and is in the trail', async () => {
    const portal = await openPortal();
    const [old = ''] = issuingIds(portal.db);
    const answer = await renew(portal);
    expect([answer.status, answer.location]).toEqual([303, '/signing-ca']);
    expect((await portal.ada.get('/signing-ca')).flash).toBe('signing-ca-renewed');

    const ids = issuingIds(portal.db);
    expect(ids).toHaveLength(2);
    const made = signingCas(portal.db).find(({ id }) => id === ids.at(-1));
    expect([made?.parent_id, ids[0]]).toEqual([rootOf(portal.db).id, old]);
    const certificate = new X509Certificate(made?.der ?? '');
    expect(certificate.checkIssued(new X509Certificate(rootOf(portal.db).der))).toBe(true);
    expect(statSync(keyFile(portal, made?.id ?? '')).mode & 0o777).toBe(0o600);
    const row = portal.trail().find(({ action }) => action === 'signing-ca.renew');
    expect([row?.actor, row?.outcome, row?.thing_id]).toEqual(['ada', 'done', made?.id]);
    expect(row?.detail).toContain(made?.fingerprint);

    const { ca } = await trustAuthority(portal);
    expect((await uploadPartner(portal.pia, makeLeaf(ca))).status).toBe(303);
    expect(new X509Certificate((await signedOf(portal)).pem).checkIssued(certificate)).toBe(true);
  });

  it('leaves what was signed before verifiable, by OpenSSL and the root alone, before and after a restart', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    await uploadPartner(portal.pia, makeLeaf(ca));
    const before = await signedOf(portal);
    expect(verify(portal, before)).toMatch(/leaf\.pem: OK/);
    await renew(portal);
    expect(await signedOf(portal)).toEqual(before);
    expect(verify(portal, before)).toMatch(/leaf\.pem: OK/);

    await uploadPartner(portal.pia, makeLeaf(ca));
    const after = await signedOf(portal);
    expect(verify(portal, after)).toMatch(/leaf\.pem: OK/);
    // The chain of the one does not verify the other: they were signed by different issuing CAs.
    expect(verify(portal, { pem: after.pem, p7b: before.p7b })).toMatch(/unable to get local issuer/);
    const restarted = await restart(portal, PASSPHRASE);
    expect((await restarted.guest.get('/readyz')).status).toBe(200);
    expect((await restarted.pia.get('/partner-certificate/mosip-signed?format=p7b')).body).toBe(after.p7b);
  });

  it('made by one process is used by another that runs', async () => {
    const portal = await openPortal();
    const other = await restart(portal, PASSPHRASE);
    const { ca } = await trustAuthority(portal);
    await uploadPartner(other.pia, makeLeaf(ca));
    await renew(portal);
    expect((await uploadPartner(other.pia, makeLeaf(ca))).status).toBe(303);
    const issuers = portal.db.$client
      .prepare('SELECT issuer_id FROM mosip_signed_certificates ORDER BY rowid')
      .pluck()
      .all();
    expect(issuers).toEqual(issuingIds(portal.db));
  });

  it('helps where the key of the present one is lost', async () => {
    const portal = await openPortal();
    rmSync(keyFile(portal, issuingIds(portal.db)[0] ?? ''));
    const { guest } = await restart(portal, PASSPHRASE);
    expect((await guest.get('/readyz')).status).toBe(503);
    expect((await renew(portal)).status).toBe(303);
    expect((await guest.get('/readyz')).status).toBe(200);
  });

  it('is made once of two attempts at the same time, and once of a form sent twice', async () => {
    const portal = await openPortal();
    const [replaces = ''] = issuingIds(portal.db);
    const answers = await Promise.all([renew(portal, replaces), renew(portal, replaces)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const late = await renew(portal, replaces);
    expect([late.status, late.codes]).toEqual([409, ['PMP-CA-004']]);
    expect(issuingIds(portal.db)).toHaveLength(2);
    expect(keyFiles(portal)).toBe(3);
    expectTrailRefusal(portal.trail(), { actor: 'ada', action: 'signing-ca.renew', code: 'PMP-CA-004' });
  });

  it('needs the form: without the CA it replaces 422, and with htmx the same answers', async () => {
    const portal = await openPortal();
    const answer = await portal.ada.post('/signing-ca/renewal');
    expect([answer.status, answer.codes]).toEqual([422, ['PMP-FV-001']]);
    expect(answer.$('form[action="/signing-ca/renewal"] [name=replaces]').attr('value')).toBe(issuingIds(portal.db)[0]);
    const done = await portal.ada.post('/signing-ca/renewal', { replaces: issuingIds(portal.db)[0] ?? '' }, HTMX);
    expect([done.status, done.location]).toEqual([204, '/signing-ca']);
  });
});

describe('GET /signing-ca/renewal/new', () => {
  it('says what will happen, to what', async () => {
    const portal = await openPortal();
    const page = await portal.ada.get('/signing-ca/renewal/new');
    const name = new X509Certificate(signingCas(portal.db)[1]?.der ?? '').toLegacyObject().subject as unknown as {
      CN: string;
    };
    expect(page.status).toBe(200);
    expect(page.text()).toContain(name.CN);
    expect(page.text()).toContain('stays valid');
  });
});

const CAUSES: readonly [cause: string, spoil: (portal: Portal) => void, said: RegExp][] = [
  ['is not here', (portal) => rmSync(keyFile(portal, rootOf(portal.db).id)), /is not there/],
  [
    'is cut off',
    (portal) => writeFileSync(keyFile(portal, rootOf(portal.db).id), '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII'),
    /is no encrypted private key, or is cut off/,
  ],
  [
    'is that of another CA',
    (portal) => copyFileSync(keyFile(portal, issuingIds(portal.db)[0] ?? ''), keyFile(portal, rootOf(portal.db).id)),
    /is not that of/,
  ],
];

describe('a new issuing CA is refused while', () => {
  it.each(CAUSES)("the root's key %s: 409, nothing is made, issuing goes on", async (_, spoil, said) => {
    const portal = await openPortal();
    spoil(portal);
    for (const answer of [await portal.ada.get('/signing-ca/renewal/new'), await renew(portal)]) {
      expect([answer.status, answer.codes]).toEqual([409, ['PMP-CA-003']]);
      expect(answer.text('[role=alert]')).toMatch(said);
      expect(answer.text('[role=alert]')).toContain('pmp ca import');
    }
    expectTrailRefusal(portal.trail(), { actor: 'ada', action: 'signing-ca.renew', code: 'PMP-CA-003' });
    expect(issuingIds(portal.db)).toHaveLength(1);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
  });

  it('the passphrase is another', async () => {
    const portal = await openPortal();
    const { ada } = await restart(portal, { PMP_KEY_PASSPHRASE: 'another passphrase' });
    const answer = await ada.post('/signing-ca/renewal', { replaces: issuingIds(portal.db)[0] ?? '' });
    expect([answer.status, answer.codes]).toEqual([409, ['PMP-CA-003']]);
    expect(answer.text('[role=alert]')).toMatch(/another passphrase/);
    expect(issuingIds(portal.db)).toHaveLength(1);
  });

  it.each([
    ['with exactly 366 days left it is made', 366 * DAY, 303],
    ['with a second less it is not', 366 * DAY - 1000, 409],
  ])('the root ends too soon: %s', async (_, left, status) => {
    const portal = await openPortal();
    const end = Number(new X509Certificate(rootOf(portal.db).der).validToDate);
    vi.useFakeTimers({ toFake: ['Date'], now: end - left });
    const ada = await signIn(portal, 'ada');
    const answer = await ada.post('/signing-ca/renewal', { replaces: issuingIds(portal.db)[0] ?? '' });
    expect(answer.status).toBe(status);
    expect(issuingIds(portal.db)).toHaveLength(status === 303 ? 2 : 1);
    if (status === 409) expect(answer.codes).toEqual(['PMP-CA-003']);
    else expect((await portal.guest.get('/readyz')).status).toBe(200);
  });
});
