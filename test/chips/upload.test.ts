import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import {
  asFile,
  fingerprintOf,
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  makeSelfSigned,
  type Overrides,
} from '../support/certificates.ts';
import { expectRefused } from '../support/refusal.ts';
import { HTMX, type UploadFile } from '../support/visitor.ts';
import { OTTOS_ORGANIZATION, rowsIn, trustCa } from '../support/workflow.ts';
import { addChip, approve, type ChipPortal, chipIn, idIn, openChipPortal, statusOf, uploadChip } from './support.ts';
import { stateOf, walk } from './walk.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('POST /chips/:id/certificate', () => {
  it.each(['der', 'pem', 'pem-with-text', 'pem-crlf', 'pem-bom'] as const)(
    'takes a certificate as %s, after which the chip waits for a decision',
    async (form) => {
      const portal = await openChipPortal();
      const chip = await addChip(portal.pia);
      const made = portal.leaf();
      const file = { name: 'Chip.CER', bytes: asFile(made, form) };
      const answer = await portal.pia.upload(`${chip}/certificate`, file);
      expect([answer.status, answer.location]).toEqual([303, chip]);
      const page = await portal.pia.get(chip);
      expect(page.flash).toBe('chip-certificate-uploaded');
      expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
      expect(page.$(`[data-fingerprint="${fingerprintOf(made.der)}"]`).length).toBeGreaterThan(0);
      const original = await portal.pia.get(`${chip}/certificate/original?format=der`);
      expect(original.bytes.equals(made.der)).toBe(true);
    },
  );

  it('writes the trail: who, which chip, which certificate, from which state', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    const entry = portal.trail().at(-1);
    expect(entry).toMatchObject({
      action: 'chip.upload-certificate',
      actor: 'pia',
      outcome: 'done',
      code: null,
      thing_id: idIn(chip),
    });
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({
      fingerprint: fingerprintOf(made.der),
      from: 'pending_cert_upload',
    });
  });

  it('keeps it as uploaded, and signs nothing', async () => {
    const portal = await openChipPortal();
    const before = rowsIn(portal, 'mosip_signed_certificates');
    await chipIn(portal, 'pending_approval');
    expect(rowsIn(portal, 'mosip_signed_certificates')).toBe(before);
  });

  it('judges the first certificate of a file, and builds no path with the others', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const between = makeIntermediate(portal.ca);
    const made = makeLeaf(between);
    const file = { name: 'chain.pem', bytes: Buffer.concat([asFile(made), asFile(between)]) };
    expectRefused(await portal.pia.upload(`${chip}/certificate`, file), ['KER-PCM-006'], made.certificate.issuer.text);
    await trustCa(portal, between, 'intermediate');
    expect((await portal.pia.upload(`${chip}/certificate`, file)).status).toBe(303);
    const original = await portal.pia.get(`${chip}/certificate/original?format=der`);
    expect(fingerprintOf(original.bytes)).toBe(fingerprintOf(made.der));
  });

  it('answers htmx by 204 and the way on, a refusal by the form alone, too late by the state', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const refused = await uploadChip(portal.pia, chip, makeSelfSigned(), HTMX);
    expectRefused(refused, ['KER-PCM-015', 'KER-PCM-006']);
    expect(refused.$('body').children().attr('id')).toBe('upload');
    expect(refused.$('body').children()).toHaveLength(1);
    const done = await uploadChip(portal.pia, chip, portal.leaf(), HTMX);
    expect([done.status, done.headers['hx-redirect'], done.body]).toEqual([204, chip, '']);
    const late = await uploadChip(portal.pia, chip, portal.leaf(), HTMX);
    expect([late.status, late.codes]).toEqual([409, ['PMP_AUT_038']]);
    expect(late.$('body').children().attr('id')).toBe('upload');
    expect(late.$('[data-status]').attr('data-status')).toBe('pending_approval');
  });
});

describe('POST /chips/:id/certificate: what the rules refuse', () => {
  const whole = (at: number) => Math.floor(at / 1000) * 1000;
  const inSeconds = (days: number, seconds = 0) => whole(Date.now()) + days * DAY + seconds * 1000;
  const elsewhere = makeRoot({ subject: { CN: 'Nowhere' } });
  type Case = [
    rule: string,
    make: (portal: ChipPortal) => MadeCertificate,
    codes: readonly string[],
    ...wording: string[],
  ];
  const below = (overrides: () => Overrides) => (portal: ChipPortal) => portal.leaf(overrides());
  const CASES: Case[] = [
    ['3.1 not valid yet', below(() => ({ notBefore: inSeconds(1) })), ['KER-PMS-020'], 'valid from'],
    ['3.3 too short', below(() => ({ notAfter: inSeconds(334) })), ['KER-KMS-021'], '335'],
    ['3.4 version', below(() => ({ version: 1 })), ['KER-PCM-007'], '1'],
    ['3.5 self-signed', () => makeSelfSigned(), ['KER-PCM-015', 'KER-PCM-006']],
    ['3.6 no organisation', below(() => ({ subject: { CN: 'x' } })), ['KER-PCM-008'], 'Acme Chips Ltd'],
    ['3.6 two', below(() => ({ subject: { O: ['Acme Chips Ltd', 'B'] } })), ['KER-PCM-008'], 'more than one'],
    [
      '3.6 that of another provider',
      below(() => ({ subject: { O: OTTOS_ORGANIZATION, CN: 'x' } })),
      ['KER-PCM-008'],
      OTTOS_ORGANIZATION,
      'Acme Chips Ltd',
    ],
    ['3.6 in small letters', below(() => ({ subject: { O: 'acme chips ltd' } })), ['KER-PCM-008'], 'acme chips ltd'],
    ['3.7 key', below(() => ({ key: 'rsa-1024' })), ['KER-PCM-013'], '1024'],
    ['3.8 signature', below(() => ({ hash: 'sha1' })), ['KER-PCM-014'], 'SHA1'],
    ['3.9 no path', () => makeLeaf(elsewhere), ['KER-PCM-006'], 'Nowhere'],
    [
      'many at once, in the order of the rules',
      () =>
        makeLeaf(elsewhere, {
          subject: { O: 'Else', CN: 'x' },
          notBefore: inSeconds(-9),
          notAfter: inSeconds(-1),
          key: 'rsa-1024',
          hash: 'sha1',
        }),
      ['KER-PCM-004', 'KER-KMS-021', 'KER-PCM-008', 'KER-PCM-013', 'KER-PCM-014', 'KER-PCM-006'],
      'Else',
      'Nowhere',
    ],
  ];

  it.each(CASES)('%s', async (_, make, codes, ...wording) => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const before = stateOf(portal);
    const made = make(portal);
    const answer = await uploadChip(portal.pia, chip, made);
    expectRefused(answer, codes, ...wording);
    expect(answer.$(`[data-fingerprint="${fingerprintOf(made.der)}"]`)).toHaveLength(1);
    expect(stateOf(portal)).toEqual(before);
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'chip.upload-certificate',
      outcome: 'refused',
      code: codes.join(' '),
      thing_id: idIn(chip),
    });
  });

  it.each([
    ['3.3 335 days left', 335 * DAY, 303],
    ['3.3 a second less', 335 * DAY - 1000, 422],
  ])('%s', async (_, left, status) => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(whole(Date.now()));
    const answer = await uploadChip(portal.pia, chip, portal.leaf({ notAfter: Date.now() + left }));
    expect([answer.status, answer.codes]).toEqual([status, status === 303 ? [] : ['KER-KMS-021']]);
  });

  it.each<[string, UploadFile | UploadFile[], string]>([
    ['a wrong ending', { name: 'chip.txt', bytes: asFile(makeLeaf(elsewhere)) }, 'PMP-UP-001 KER-PCM-006'],
    ['more than 64 KiB', { name: 'chip.cer', bytes: Buffer.alloc(64 * 1024 + 1, 32) }, 'PMP-UP-002'],
    ['an empty file', { name: 'chip.cer', bytes: '' }, 'PMP-UP-003'],
    ['no file', [], 'PMP-UP-003'],
    ['two files', [1, 2].map(() => ({ name: 'chip.cer', bytes: asFile(makeLeaf(elsewhere)) })), 'PMP-UP-007'],
    ['no certificate', { name: 'chip.cer', bytes: 'hello' }, 'KER-PCM-001'],
    ['a web page', { name: 'chip.cer', bytes: '<!doctype html><html></html>' }, 'PMP-UP-005'],
  ])('%s', async (_, file, code) => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    expectRefused(await portal.pia.upload(`${chip}/certificate`, file), code.split(' '));
    expect(await statusOf(portal, chip)).toBe('pending_cert_upload');
  });

  it('a private key, of which nothing is kept', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const key = portal.leaf().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const refused = await portal.pia.upload(`${chip}/certificate`, { name: 'chip.pem', bytes: key });
    expectRefused(refused, ['PMP-UP-004']);
    expect(refused.body).not.toContain(key.split('\n')[1]);
    expect(JSON.stringify(portal.trail())).not.toContain(key.split('\n')[1]);
  });

  it('a body that is no upload: 400', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    expect((await portal.pia.post(`${chip}/certificate`, { certificate: 'x' })).status).toBe(400);
    expect(await statusOf(portal, chip)).toBe('pending_cert_upload');
  });
});

it('a certificate that is itself a CA is taken, shown as one, and trusts nothing', async () => {
  const portal = await openChipPortal();
  const chip = await addChip(portal.pia);
  const maker = portal.leaf({ isCa: true, keyUsage: ['keyCertSign'], pathLength: 0 });
  expect((await uploadChip(portal.pia, chip, maker)).status).toBe(303);
  for (const page of [await portal.ada.get(`${chip}/decision/new`), await portal.pia.get(chip)])
    expect(page.text()).toContain('This is a CA certificate (path length 0)');
  await approve(portal, chip);
  expect(await statusOf(portal, chip)).toBe('approved');
  expect(rowsIn(portal, 'ca_certificates')).toBe(2);
  const below = await uploadChip(portal.pia, await addChip(portal.pia, 'X2'), makeLeaf(maker));
  expectRefused(below, ['KER-PCM-006']);
});

walk({
  method: 'UPLOAD',
  path: '/chips/:id/certificate',
  who: 'partner',
  status: 'pending_cert_upload',
  action: 'chip.upload-certificate',
});
