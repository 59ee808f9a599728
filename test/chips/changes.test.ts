import { describe, expect, it } from 'vitest';
import { fingerprintOf, type MadeCertificate, makeIntermediate, makeLeaf } from '../support/certificates.ts';
import { generalName, subjectAltName } from '../support/extensions.ts';
import { keyPair } from '../support/keys.ts';
import type { Answer } from '../support/visitor.ts';
import { trustCa } from '../support/workflow.ts';
import { addChip, approve, type ChipPortal, openChipPortal, submitChip, uploadChip } from './support.ts';

const SUBJECT = { O: 'Acme Chips Ltd', CN: 'FTM-A100' };
const DAYS = 86_400_000;
/** A distinguished name as pages show it. */
const spaced = (name: string) => name.replaceAll(',', ', ');

/** A chip approved with one certificate, for which another was uploaded. */
async function renew(portal: ChipPortal, approved: MadeCertificate, renewed: MadeCertificate): Promise<string> {
  const chip = await addChip(portal.pia);
  expect((await uploadChip(portal.pia, chip, approved)).codes).toEqual([]);
  expect((await approve(portal, chip)).status).toBe(303);
  expect((await uploadChip(portal.pia, chip, renewed)).codes).toEqual([]);
  return chip;
}

/** What the page says has changed, row by row, and what has not. */
function changesOn(page: Answer) {
  const cells = (row: Parameters<typeof page.$>[0]) =>
    page
      .$(row)
      .find('th, td')
      .toArray()
      .map((cell) => page.$(cell).text());
  return {
    key: page.text('.changes .tag'),
    changed: page.$('.changes tbody tr').toArray().map(cells),
    unchanged: page.text('.changes > .quiet'),
  };
}

describe('what a renewal changes', () => {
  it('is told on the decision and on the page of the certificate, to admin and provider: dates alone', async () => {
    const portal = await openChipPortal();
    const key = keyPair();
    const [from, till] = [Date.UTC(2020, 0, 1), Date.UTC(2099, 0, 1)];
    const same = { subject: SUBJECT, key, notBefore: from };
    const approved = portal.leaf({ ...same, notAfter: till });
    const renewed = portal.leaf({ ...same, notAfter: till + 365 * DAYS });
    const chip = await renew(portal, approved, renewed);
    const pages = [
      await portal.ada.get(`${chip}/decision/new`),
      await portal.ada.get(`${chip}/decision/new`, { 'hx-request': 'true' }),
      await portal.ada.get(`${chip}/certificate`),
      await portal.pia.get(`${chip}/certificate`),
    ];
    for (const page of pages) {
      const { key: told, changed, unchanged } = changesOn(page);
      expect(told).toBe('Same key as before');
      expect(changed).toEqual([['Valid till', '1 Jan 2099, 00:00:00 UTC', '1 Jan 2100, 00:00:00 UTC']]);
      for (const label of [
        'Issued to',
        'Issued by',
        'Organisation',
        'Valid from',
        'Key',
        'Signature',
        'Trusted through',
      ])
        expect(unchanged).toContain(label);
      expect(unchanged).toContain('keyUsage (2.5.29.15)');
    }
    // The rest of the page shows the certificate that waits, not the one before.
    expect(pages[0]?.$('[data-fingerprint]').attr('data-fingerprint')).toBe(fingerprintOf(renewed.der));
  });

  it('is told for every part: subject, issuer, key, signature, extensions, path', async () => {
    const portal = await openChipPortal();
    const other = makeIntermediate(portal.root, { key: 'P-384' });
    await trustCa(portal, other, 'intermediate');
    const notBefore = Date.UTC(2020, 0, 1);
    const long = { oid: '1.2.3.4', value: Buffer.from(`0440${'ab'.repeat(64)}`, 'hex') };
    const approved = portal.leaf({ subject: SUBJECT, notBefore, extensions: [long] });
    const renewed = makeRenewed(other);
    const { key, changed, unchanged } = changesOn(
      await portal.ada.get(`${await renew(portal, approved, renewed)}/decision/new`),
    );
    expect(key).toBe('New key');
    const rows = new Map(changed.map(([label = '', ...values]) => [label, values]));
    expect(rows.get('Issued to')).toEqual(
      [approved, renewed].map(({ certificate }) => spaced(certificate.subject.text)),
    );
    expect(rows.get('Issued by')).toEqual(
      [portal.ca, other].map(({ certificate }) => spaced(certificate.subject.text)),
    );
    expect(rows.get('Key')?.[0]).toMatch(/^EC P-256 · [0-9a-f]{16}…$/);
    expect(rows.get('Key')?.[1]).toMatch(/^EC P-384 · [0-9a-f]{16}…$/);
    expect(rows.get('Signature')).toEqual(['ecdsa-with-SHA256', 'ecdsa-with-SHA384']);
    expect(rows.get('basicConstraints (2.5.29.19)')).toEqual(['critical, CA:FALSE', 'critical, CA:TRUE, pathlen:0']);
    expect(rows.get('keyUsage (2.5.29.15)')).toEqual([
      'critical, digitalSignature',
      'critical, digitalSignature, keyCertSign',
    ]);
    expect(rows.get('subjectAltName (2.5.29.17)')).toEqual(['–', 'DNS:chip.acme.example']);
    expect(rows.get('authorityKeyIdentifier (2.5.29.35)')).toEqual([
      approved.certificate.authorityKeyId,
      renewed.certificate.authorityKeyId,
    ]);
    expect(rows.get('1.2.3.4')?.[0]).toMatch(/^SHA-256 [0-9a-f]{64}$/);
    expect(rows.get('1.2.3.4')?.[1]).toBe('–');
    const root = portal.root.certificate.subject.label;
    expect(rows.get('Trusted through')).toEqual([
      `${root} → ${portal.ca.certificate.subject.label}`,
      `${root} → ${other.certificate.subject.label}`,
    ]);
    expect(unchanged).toBe('Unchanged: Organisation · Valid from');

    function makeRenewed(issuer: MadeCertificate) {
      return makeLeaf(issuer, {
        hash: 'sha384',
        subject: { ...SUBJECT, CN: 'FTM-A100 rev. B' },
        notBefore,
        notAfter: Date.now() + 800 * DAYS,
        key: 'P-384',
        isCa: true,
        pathLength: 0,
        keyUsage: ['digitalSignature', 'keyCertSign'],
        extensions: [subjectAltName(generalName.dns('chip.acme.example'))],
      });
    }
  });

  it('is not asked of a first certificate, of one that was approved, nor of one rejected', async () => {
    const portal = await openChipPortal();
    const first = await submitChip(portal);
    expect((await portal.ada.get(`${first}/decision/new`)).$('.changes')).toHaveLength(0);
    const chip = await addChip(portal.pia, 'X2');
    await uploadChip(portal.pia, chip, portal.leaf());
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, portal.leaf());
    expect((await portal.pia.get(`${chip}/certificate`)).$('.changes')).toHaveLength(1);
    await approve(portal, chip);
    expect((await portal.pia.get(`${chip}/certificate`)).$('.changes')).toHaveLength(0);
  });

  it('is told against the certificate that was approved last', async () => {
    const portal = await openChipPortal();
    const [one, two, three] = ['one', 'two', 'three'].map((CN) => portal.leaf({ subject: { ...SUBJECT, CN } }));
    const chip = await renew(portal, one as MadeCertificate, two as MadeCertificate);
    await approve(portal, chip);
    await uploadChip(portal.pia, chip, three as MadeCertificate);
    const [row] = changesOn(await portal.ada.get(`${chip}/decision/new`)).changed;
    expect(row?.[1]).toContain('CN=two');
    expect(row?.[2]).toContain('CN=three');
  });
});
