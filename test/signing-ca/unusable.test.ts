import { copyFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { rowsIn, trustAuthority, uploadPartner } from '../support/workflow.ts';
import { restart, signingCas } from './support.ts';

const PASSPHRASE = { PMP_KEY_PASSPHRASE: 'passphrase of the tests' };

const keyFile = (portal: Portal, kind: 'root' | 'issuing') =>
  join(portal.dataDir, 'keys', `${signingCas(portal.db).find((ca) => ca.kind === kind)?.id}.pem`);

const CAUSES: readonly [cause: string, spoil: (portal: Portal) => void, settings: Record<string, string>][] = [
  ['another passphrase', () => {}, { PMP_KEY_PASSPHRASE: 'another passphrase' }],
  ['no passphrase', () => {}, { PMP_KEY_PASSPHRASE: '' }],
  ['no key file', (portal) => rmSync(keyFile(portal, 'issuing')), PASSPHRASE],
  ['a key file cut off', (portal) => writeFileSync(keyFile(portal, 'issuing'), '-----BEGIN ENCR'), PASSPHRASE],
  ["another CA's key", (portal) => copyFileSync(keyFile(portal, 'root'), keyFile(portal, 'issuing')), PASSPHRASE],
  [
    'a folder of keys that cannot be looked into',
    ({ dataDir }) => {
      rmSync(join(dataDir, 'keys'), { recursive: true });
      symlinkSync('keys', join(dataDir, 'keys'));
    },
    PASSPHRASE,
  ],
];

describe('a signing CA that cannot sign', () => {
  it.each(CAUSES)('with %s the portal runs, is not ready, and issues nothing', async (_cause, spoil, settings) => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    spoil(portal);
    const { pia, guest, log } = await restart(portal, settings);
    expect((await guest.get('/healthz')).status).toBe(200);
    expect((await guest.get('/readyz')).status).toBe(503);
    expect((await guest.get('/login')).status).toBe(200);
    expect(log()).toContain('the key of the issuing CA cannot be used');

    const answer = await uploadPartner(pia, makeLeaf(ca));
    expect([answer.status, answer.codes]).toEqual([503, ['PMP-CA-001']]);
    expect(answer.text('[role=alert]')).toMatch(/try again later/i);
    expect((await uploadPartner(pia, makeLeaf(ca), HTMX)).status).toBe(503);
    expect([rowsIn(portal, 'certificates'), rowsIn(portal, 'mosip_signed_certificates')]).toEqual([0, 0]);
    expect((await pia.get('/partner-certificate')).$('[data-status=no_certificate]')).toHaveLength(1);
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({ action: 'partner-certificate.upload', outcome: 'refused', code: 'PMP-CA-001' });
  });

  it('does not need the key of its root', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    rmSync(keyFile(portal, 'root'));
    const { pia, guest } = await restart(portal, PASSPHRASE);
    expect((await guest.get('/readyz')).status).toBe(200);
    expect((await uploadPartner(pia, makeLeaf(ca))).status).toBe(303);
  });

  it('tells of a bad certificate rather than of itself', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const { pia } = await restart(portal, { PMP_KEY_PASSPHRASE: 'another passphrase' });
    expect((await uploadPartner(pia, makeLeaf(ca, { subject: { O: 'Other' } }))).codes).toEqual(['KER-PCM-008']);
  });

  it('lets what was issued before be downloaded', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    expect((await uploadPartner(portal.pia, makeLeaf(ca))).status).toBe(303);
    rmSync(keyFile(portal, 'issuing'));
    const { pia } = await restart(portal, PASSPHRASE);
    const answer = await pia.get('/partner-certificate/mosip-signed?format=p7b');
    expect([answer.status, answer.body.slice(0, 20)]).toEqual([200, '-----BEGIN PKCS7----']);
  });
});
