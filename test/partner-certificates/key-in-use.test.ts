import { describe, expect, it } from 'vitest';
import { acceptOtto, addChip, approve, chipIn, openChipPortal, reject, uploadChip } from '../chips/support.ts';
import { makeLeaf } from '../support/certificates.ts';
import { keyPair } from '../support/keys.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { OTTOS_ORGANIZATION, rowsIn, uploadPartner } from '../support/workflow.ts';

const ottos = { O: OTTOS_ORGANIZATION, CN: 'Otto' };

describe('the key of a chip in a partner certificate (3.10)', () => {
  it.each(['pending', 'approved'] as const)(
    'is refused while the chip is %s, and the other provider not named',
    async (state) => {
      const portal = await openChipPortal();
      await acceptOtto(portal);
      const key = keyPair();
      const chip = await addChip(portal.otto, 'Secret model');
      await uploadChip(portal.otto, chip, makeLeaf(portal.ca, { key, subject: ottos }));
      if (state === 'approved') await approve(portal, chip);
      const before = rowsIn(portal, 'certificates');
      const answer = await uploadPartner(portal.pia, portal.leaf({ key }));
      expectRefused(answer, ['PMP-CH-001']);
      expect(answer.body).not.toMatch(/otto|Nordic|Secret model/i);
      expect(rowsIn(portal, 'certificates')).toBe(before);
      expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'partner-certificate.upload', code: 'PMP-CH-001' });
    },
  );

  it("is refused for the provider's own chip too, whatever certificate carries the key", async () => {
    const portal = await openChipPortal();
    const key = keyPair('rsa-2048');
    await uploadChip(portal.pia, await addChip(portal.pia), portal.leaf({ key }));
    expectRefused(await uploadPartner(portal.pia, portal.leaf({ key, hash: 'sha512' })), ['PMP-CH-001']);
  });

  it('is free again once the chip is rejected or deactivated', async () => {
    const portal = await openChipPortal();
    for (const end of ['rejected', 'deactivated'] as const) {
      const key = keyPair();
      const chip = await addChip(portal.pia, end);
      await uploadChip(portal.pia, chip, portal.leaf({ key }));
      if (end === 'rejected') await reject(portal, chip);
      else {
        await approve(portal, chip);
        await portal.pia.post(`${chip}/deactivation`);
      }
      const answer = await uploadPartner(portal.pia, portal.leaf({ key }));
      expect([end, answer.codes, answer.status]).toEqual([end, [], 303]);
    }
  });

  it('does not bind two partner certificates: they may share a key, and a renewal may keep its own', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved');
    const key = keyPair();
    expect((await uploadPartner(portal.pia, portal.leaf({ key }))).status).toBe(303);
    expect((await uploadPartner(portal.pia, portal.leaf({ key }))).status).toBe(303);
    expect((await uploadPartner(portal.otto, makeLeaf(portal.ca, { key, subject: ottos }))).status).toBe(303);
  });
});
