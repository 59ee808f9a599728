import { afterEach, describe, expect, it, vi } from 'vitest';
import { fingerprintOf } from '../support/certificates.ts';
import { expectRefused } from '../support/refusal.ts';
import type { Answer } from '../support/visitor.ts';
import { addChip, approve, chipIn, openChipPortal, reject, statusOf, uploadChip } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const historyLinks = (page: Answer) => [
  ...new Set(
    page
      .$('a[href^="/certificates/"]')
      .toArray()
      .map((element) => page.$(element).attr('href') ?? ''),
  ),
];

describe('renewal of an approved chip', () => {
  it('goes back to the admin', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    expect((await uploadChip(portal.pia, chip, portal.leaf())).status).toBe(303);
    const page = await portal.pia.get(chip);
    expect(page.flash).toBe('chip-certificate-renewed');
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('pending_approval');
    expect(JSON.parse(portal.trail().at(-1)?.detail ?? '')).toMatchObject({ from: 'approved' });
    expect((await approve(portal, chip)).status).toBe(303);
    expect(await statusOf(portal, chip)).toBe('approved');
  });

  it('once rejected is final, like a first one', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    await uploadChip(portal.pia, chip, portal.leaf());
    await reject(portal, chip);
    expect(await statusOf(portal, chip)).toBe('rejected');
    expect((await uploadChip(portal.pia, chip, portal.leaf())).codes).toEqual(['PMP_AUT_038']);
  });

  it('keeps every certificate, downloadable by owner and admin, not by others', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = [portal.leaf(), portal.leaf(), portal.leaf()];
    for (const each of made) {
      expect((await uploadChip(portal.pia, chip, each)).status).toBe(303);
      await approve(portal, chip);
    }
    for (const page of [await portal.pia.get(chip), await portal.ada.get(`${chip}/certificate`)]) {
      const links = historyLinks(page);
      expect(links).toHaveLength(3);
      const files = await Promise.all(links.map((link) => portal.pia.get(`${link}?format=der`)));
      // Newest first.
      expect(files.map((file) => fingerprintOf(file.bytes))).toEqual(
        made.map((each) => fingerprintOf(each.der)).reverse(),
      );
      for (const link of links) {
        expect((await portal.ada.get(link)).status).toBe(200);
        expect((await portal.otto.get(link)).status).toBe(404);
        expect((await portal.guest.get(link)).location).toMatch(/^\/login/);
        expect((await portal.pia.get(link.replace('original', 'mosip-signed'))).status).toBe(404);
      }
    }
    const current = await portal.pia.get(`${chip}/certificate/original?format=der`);
    expect(current.bytes.equals(made[2]?.der ?? Buffer.alloc(0))).toBe(true);
  });

  it('is refused with the very certificate that is approved (PMP-CH-003), which stays in service', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    await uploadChip(portal.pia, chip, made);
    await approve(portal, chip);
    expectRefused(await uploadChip(portal.pia, chip, made), ['PMP-CH-003'], 'the very certificate that is approved');
    expect(await statusOf(portal, chip)).toBe('approved');
    expect(portal.trail().at(-1)).toMatchObject({ outcome: 'refused', code: 'PMP-CH-003' });
  });

  it('may have the key of the approved certificate, and an earlier certificate may come back', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const first = portal.leaf();
    for (const each of [first, portal.leaf({ key: first.keys }), first]) {
      expect((await uploadChip(portal.pia, chip, each)).status).toBe(303);
      await approve(portal, chip);
    }
    expect(await statusOf(portal, chip)).toBe('approved');
  });

  it('knows which certificate is approved even after the clock was set back', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const renewed = portal.leaf();
    await uploadChip(portal.pia, chip, renewed);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() - 3_600_000);
    await approve(portal, chip);
    expectRefused(await uploadChip(portal.pia, chip, renewed), ['PMP-CH-003']);
  });

  it('refused leaves the approved certificate in service', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const before = await portal.pia.get(`${chip}/certificate/original`);
    expectRefused(await uploadChip(portal.pia, chip, portal.leaf({ key: 'rsa-1024' })), ['KER-PCM-013']);
    expect(await statusOf(portal, chip)).toBe('approved');
    expect((await portal.pia.get(`${chip}/certificate/original`)).body).toBe(before.body);
  });
});
