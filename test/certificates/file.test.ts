import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toP7b } from '../../src/pki/index.ts';
import { asFile, type FileForm, makeIntermediate, makeLeaf, makeRoot, toPemText } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { rowsIn, trustAuthority, trustCa } from '../support/workflow.ts';
import { DOORS } from './doors.ts';

const root = makeRoot();
const FORMS: readonly FileForm[] = ['der', 'pem', 'pem-with-text', 'pem-crlf', 'pem-bom'];

describe.each(DOORS)('a file uploaded to $address (rules 1)', (door) => {
  const stored = door.address === '/trust-store' ? 'ca_certificates' : 'certificates';

  /** A portal and a certificate that this door lets in. */
  async function openWithGood() {
    const portal = await openPortal();
    if (door.address === '/trust-store') return { portal, good: root };
    const { ca } = await trustAuthority(portal);
    return { portal, good: makeLeaf(ca) };
  }

  it.each(FORMS.flatMap((form) => ['a.cer', 'A.CER', 'chip.v2.Pem'].map((name) => [form, name] as const)))(
    'is taken as %s, called %s',
    async (form, name) => {
      const { portal, good } = await openWithGood();
      const answer = await door.upload(portal, { name, bytes: asFile(good, form) });
      expect([answer.codes, answer.status]).toEqual([[], 303]);
      const der = portal.db.$client.prepare(`SELECT der FROM ${stored} ORDER BY rowid DESC`).pluck().get() as Buffer;
      expect(der.equals(good.der)).toBe(true);
    },
  );

  it('is taken as PEM-armoured PKCS#7', async () => {
    const { portal, good } = await openWithGood();
    const answer = await door.upload(portal, { name: 'a.pem', bytes: toP7b([good.certificate]) });
    expect([answer.codes, answer.status]).toEqual([[], 303]);
  });

  it('is taken with other harmless blocks around the certificate', async () => {
    const { portal, good } = await openWithGood();
    const dh = toPemText(Buffer.from('3006020117020102', 'hex'), 'DH PARAMETERS');
    const answer = await door.upload(portal, { name: 'a.pem', bytes: `${dh}${good.pem}${dh}` });
    expect([answer.codes, answer.status]).toEqual([[], 303]);
  });

  it.each(['a.crt', 'a.der', 'a', 'cer', 'a.cer.txt', 'a.cer ', 'a.p7b'])(
    'is not taken when called %s',
    async (name) => {
      const { portal, good } = await openWithGood();
      const before = rowsIn(portal, stored);
      const answer = await door.upload(portal, { name, bytes: asFile(good) });
      expectRefused(answer, ['PMP-UP-001'], name.trim());
      expectTrailRefusal(portal.trail(), {
        actor: door.address === '/trust-store' ? 'ada' : 'pia',
        action: door.action,
        code: 'PMP-UP-001',
      });
      expect(rowsIn(portal, stored)).toBe(before);
    },
  );

  it('may be as large as the limit, and not a byte larger', async () => {
    const { portal, good } = await openWithGood();
    const padded = (size: number) => Buffer.concat([asFile(good), Buffer.alloc(size - asFile(good).length, '\n')]);
    expectRefused(
      await door.upload(portal, { name: 'a.pem', bytes: padded(door.limit + 1) }),
      ['PMP-UP-002'],
      `${door.limit / 1024} KiB`,
    );
    expect((await door.upload(portal, { name: 'a.pem', bytes: padded(door.limit) })).status).toBe(303);
  });

  it('is drained when far too large, whatever else is wrong with it', async () => {
    const portal = await openPortal();
    const bytes = Buffer.alloc(8 * 1024 * 1024, 'x');
    expectRefused(await door.upload(portal, { name: 'a.zip', bytes }), ['PMP-UP-001', 'PMP-UP-002']);
  });

  it('is there, and not empty', async () => {
    const portal = await openPortal();
    expectRefused(await door.upload(portal, []), ['PMP-UP-003'], 'No file was chosen');
    expectRefused(await door.upload(portal, { name: '', bytes: '' }), ['PMP-UP-003'], 'No file was chosen');
    expectRefused(await door.upload(portal, { name: 'a.cer', bytes: '' }), ['PMP-UP-003'], 'The file is empty');
  });

  it('is one', async () => {
    const { portal, good } = await openWithGood();
    const file = { name: 'a.cer', bytes: asFile(good) };
    expectRefused(await door.upload(portal, [file, file]), ['PMP-UP-007']);
    expectRefused(await door.upload(portal, [file, { name: 'b.cer', bytes: '' }]), ['PMP-UP-003', 'PMP-UP-007']);
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const exposed = await door.upload(portal, [file, { name: 'b.cer', bytes: key }]);
    expectRefused(exposed, ['PMP-UP-007', 'PMP-UP-004'], 'exposed');
  });

  it('tells of a key in it, though it is too large to be read', async () => {
    const portal = await openPortal();
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const bytes = Buffer.concat([Buffer.from(key), Buffer.alloc(2 * 1024 * 1024, '\n')]);
    expectRefused(await door.upload(portal, { name: 'a.cer', bytes }), ['PMP-UP-002', 'PMP-UP-004'], 'exposed');
  });

  it.each<[string, Buffer | string, string, string]>([
    ['a web page', '<!DOCTYPE html><html><title>Sign in</title></html>', 'PMP-UP-005', 'web page'],
    ['random bytes', Buffer.from([1, 2, 3, 0, 255, 254]), 'KER-PCM-001', 'no certificate'],
    ['text', 'hello', 'KER-PCM-001', 'no certificate'],
    ['DER cut off', root.der.subarray(0, 300), 'KER-PCM-001', 'cut off'],
    ['DER with a byte behind', Buffer.concat([root.der, Buffer.of(0)]), 'KER-PCM-001', 'One byte follows'],
    ['a PEM block without an end', root.pem.slice(0, 300), 'KER-PCM-001', ''],
    [
      'a public key',
      toPemText(Buffer.from(root.keys.publicKey.export({ type: 'spki', format: 'der' })), 'PUBLIC KEY'),
      'PMP-UP-005',
      'public key',
    ],
  ])('is refused for what it is: %s', async (_what, bytes, code, wording) => {
    const portal = await openPortal();
    expectRefused(await door.upload(portal, { name: 'a.cer', bytes }), [code], wording);
  });

  it('is refused with a repeated extension, or with two signature algorithms', async () => {
    const portal = await openPortal();
    const twice = { oid: '1.3.6.1.4.1.99999.7', value: Buffer.from('0500', 'hex') };
    const repeated = makeRoot({ extensions: [twice, twice] });
    expectRefused(await door.upload(portal, { name: 'a.cer', bytes: repeated.der }), ['KER-PCM-001'], twice.oid);
    // The outer OID becomes ecdsa-with-SHA384, the inner stays ecdsa-with-SHA256.
    const tamper = (der: Buffer) => {
      const at = der.lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'));
      der[at + 7] = 3;
      return der;
    };
    const differing = makeRoot({ tamper });
    expectRefused(await door.upload(portal, { name: 'a.cer', bytes: differing.der }), ['KER-PCM-001'], 'two signature');
  });

  it('may hold a hundred certificates, and not one more', async () => {
    const portal = await openPortal();
    const small = toPemText(makeRoot({ key: 'Ed25519', subject: { CN: 'x' }, onlyExtensions: [] }).der);
    const many = async (count: number) =>
      (await door.upload(portal, { name: 'a.pem', bytes: small.repeat(count) })).codes;
    expect(await many(101)).toEqual(['PMP-UP-006']);
    expect(await many(100)).not.toContain('PMP-UP-006');
  });
});

describe("several certificates in a partner's file", () => {
  it('the first is the partner’s; the others are not taken in its place', async () => {
    const portal = await openPortal();
    const { root: anchor, ca } = await trustAuthority(portal);
    const leaf = makeLeaf(ca);
    const [partner] = DOORS.slice(1);
    const upload = (...list: readonly { der: Buffer }[]) =>
      partner?.upload(portal, { name: 'a.pem', bytes: Buffer.concat(list.map((made) => asFile(made))) });
    expect((await upload(ca, leaf, anchor))?.codes).toContain('KER-PCM-008');
    expect(rowsIn(portal, 'certificates')).toBe(0);
    expect((await upload(leaf, ca, anchor))?.status).toBe(303);
  });

  it('the others help no path', async () => {
    const portal = await openPortal();
    const anchor = makeRoot();
    const ca = makeIntermediate(anchor);
    await trustCa(portal, anchor, 'root');
    const bytes = Buffer.concat([makeLeaf(ca), ca, anchor].map((made) => asFile(made)));
    const answer = await portal.pia.upload('/partner-certificate', { name: 'chain.pem', bytes });
    expectRefused(answer, ['KER-PCM-006'], ca.certificate.subject.text);
    expect(rowsIn(portal, 'ca_certificates')).toBe(1);
  });
});
