import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asFile, makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { unknownExtension } from '../support/extensions.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import type { UploadFile } from '../support/visitor.ts';
import { rowsIn, trustAuthority } from '../support/workflow.ts';
import { DOORS, type Door } from './doors.ts';

/** Each run is a request that signs, stores or refuses; fast-check prints the seed of what fails. */
const RUNS = { numRuns: 60 };

const isTrustStore = (door: Door) => door.address === '/trust-store';
const storedAt = (door: Door) => (isTrustStore(door) ? 'ca_certificates' : 'certificates');

/** A portal, and a certificate that this door lets in. */
async function openWithGood(door: Door) {
  const portal = await openPortal();
  const { ca } = await trustAuthority(portal);
  return { portal, good: isTrustStore(door) ? makeRoot() : makeLeaf(ca), ca };
}

/** Uploads and previews a file: neither may fail in any other way than by refusing it. Whether it was stored. */
async function offer(door: Door, portal: Portal, file: UploadFile): Promise<boolean> {
  const before = rowsIn(portal, storedAt(door));
  const visitor = isTrustStore(door) ? portal.ada : portal.pia;
  const form: Record<string, string> = isTrustStore(door) ? { domain: 'FTM', type: 'root' } : {};
  const preview = await visitor.upload(`${door.address}/preview`, file, form);
  expect([200, 422]).toContain(preview.status);
  expect(rowsIn(portal, storedAt(door))).toBe(before);
  const answer = await door.upload(portal, file);
  const after = rowsIn(portal, storedAt(door));
  if (answer.status === 303) expect(after).toBeGreaterThan(before);
  else {
    expect(answer.status).toBe(422);
    expect(answer.codes.length).toBeGreaterThan(0);
    expect(after).toBe(before);
  }
  for (const page of [preview, answer]) expect(page.body).not.toMatch(/[\0\u202e]|<script>alert|node_modules/);
  return answer.status === 303;
}

/** The certificates that a door has let in, as they are stored. */
function storedDers(door: Door, portal: Portal): Buffer[] {
  return portal.db.$client
    .prepare(`SELECT der FROM ${storedAt(door)}`)
    .pluck()
    .all() as Buffer[];
}

const edits = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(8), put: fc.uint8Array({ maxLength: 8 }) }),
  { minLength: 1, maxLength: 3 },
);

function edited(bytes: Buffer, changes: readonly { at: number; cut: number; put: Uint8Array }[]): Buffer {
  return changes.reduce((text, { at, cut, put }) => {
    const place = Math.floor(at * text.length);
    return Buffer.concat([text.subarray(0, place), put, text.subarray(place + cut)]);
  }, bytes);
}

describe.each(DOORS)('anything uploaded to $address', (door) => {
  it('gets in only with its certificate as it was, when bytes are cut out, put in or replaced', async () => {
    const { portal, good } = await openWithGood(door);
    const before = storedDers(door, portal);
    await fc.assert(
      fc.asyncProperty(edits, fc.constantFrom('der', 'pem', 'pem-with-text'), async (changes, form) => {
        await offer(door, portal, { name: 'a.cer', bytes: edited(asFile(good, form), changes) });
      }),
      RUNS,
    );
    // A change outside the certificate does no harm; one inside never gets in.
    for (const der of storedDers(door, portal).filter((each) => !before.some((known) => known.equals(each))))
      expect(der.equals(good.der)).toBe(true);
  });

  it('is refused when it is no certificate at all', async () => {
    const { portal } = await openWithGood(door);
    const name = fc.constantFrom('a.cer', 'a.pem', '\u202e.cer', '<script>alert(1).pem');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), name, async (bytes, called) => {
        expect(await offer(door, portal, { name: called, bytes: Buffer.from(bytes) })).toBe(false);
      }),
      RUNS,
    );
  });

  it('is shown harmlessly, whatever the names say', async () => {
    const { portal, ca } = await openWithGood(door);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '\u202eACME\u202c',
        'a\0b',
        '"><img src=x onerror=alert(1)>',
        '{{name}}',
        '<%= 1 %>',
      ),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (organization, commonName) => {
        const subject = { O: organization.toWellFormed(), CN: commonName.toWellFormed() };
        const made = isTrustStore(door) ? makeRoot({ subject, isCa: false }) : makeIntermediate(ca, { subject });
        expect(await offer(door, portal, { name: 'a.cer', bytes: made.der })).toBe(false);
      }),
      RUNS,
    );
  });

  it('is refused with an extension that nobody knows, twice', async () => {
    const { portal, ca } = await openWithGood(door);
    const extensions = [unknownExtension(false), unknownExtension(false)];
    const made = isTrustStore(door) ? makeRoot({ extensions }) : makeLeaf(ca, { extensions });
    expect(await offer(door, portal, { name: 'a.cer', bytes: made.pem })).toBe(false);
  });
});
