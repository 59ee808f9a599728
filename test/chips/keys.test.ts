import { describe, expect, it } from 'vitest';
import { makeLeaf } from '../support/certificates.ts';
import { type KeyPair, keyPair } from '../support/keys.ts';
import { expectRefused } from '../support/refusal.ts';
import { acceptPartner, OTTOS_ORGANIZATION, uploadPartner } from '../support/workflow.ts';
import { acceptOtto, addChip, approve, type ChipPortal, idIn, openChipPortal, reject, uploadChip } from './support.ts';

const ottosLeaf = (portal: ChipPortal, key: KeyPair) =>
  makeLeaf(portal.ca, { subject: { O: OTTOS_ORGANIZATION, CN: 'y' }, key });

/** A chip of Pia's in this status whose certificate has this key. */
async function chipWithKey(portal: ChipPortal, key: KeyPair, status: string): Promise<string> {
  const chip = await addChip(portal.pia, 'With the key');
  expect((await uploadChip(portal.pia, chip, portal.leaf({ key }))).status).toBe(303);
  if (status === 'rejected') await reject(portal, chip);
  if (status === 'approved' || status === 'deactivated') await approve(portal, chip);
  if (status === 'deactivated') await portal.pia.post(`${chip}/deactivation`);
  return chip;
}

describe('keys in use (PMP-CH-001)', () => {
  it('no chip has the key of a partner certificate of its provider, current or earlier', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const own = portal.leaf({ key: portal.partnerLeaf.keys });
    const refused = await uploadChip(portal.pia, chip, own);
    expectRefused(refused, ['PMP-CH-001'], 'must each have keys of their own');
    expect(portal.trail().at(-1)).toMatchObject({ outcome: 'refused', code: 'PMP-CH-001', thing_id: idIn(chip) });
    await acceptPartner(portal, portal.pia, portal.leaf());
    expectRefused(await uploadChip(portal.pia, chip, own), ['PMP-CH-001']);
  });

  it('the key of another provider’s partner certificate is none of these', async () => {
    const portal = await openChipPortal();
    await acceptOtto(portal);
    const chip = await addChip(portal.otto, 'Y1');
    expect((await uploadChip(portal.otto, chip, ottosLeaf(portal, portal.partnerLeaf.keys))).status).toBe(303);
  });

  it.each(['pending_approval', 'approved'])('a chip that is %s has its key alone', async (status) => {
    const portal = await openChipPortal();
    const key = keyPair();
    await chipWithKey(portal, key, status);
    const second = await addChip(portal.pia, 'X2');
    expectRefused(await uploadChip(portal.pia, second, portal.leaf({ key })), ['PMP-CH-001']);
  });

  it.each(['pending_approval', 'approved'])(
    'a chip that is %s has its key against other providers too, who are not told whose it is',
    async (status) => {
      const portal = await openChipPortal();
      const key = keyPair();
      const chip = await chipWithKey(portal, key, status);
      await acceptOtto(portal);
      const refused = await uploadChip(portal.otto, await addChip(portal.otto, 'Y1', 'Nordic'), ottosLeaf(portal, key));
      expectRefused(refused, ['PMP-CH-001']);
      for (const secret of ['pia', 'Acme', 'With the key', idIn(chip), portal.idOf('pia')])
        expect(refused.body).not.toContain(secret);
    },
  );

  it.each(['rejected', 'deactivated'])('the key of a chip that is %s is free', async (status) => {
    const portal = await openChipPortal();
    const key = keyPair();
    await chipWithKey(portal, key, status);
    await acceptOtto(portal);
    const chip = await addChip(portal.otto, 'Y1');
    expect((await uploadChip(portal.otto, chip, ottosLeaf(portal, key))).status).toBe(303);
  });

  it('the key that a renewal left behind is free', async () => {
    const portal = await openChipPortal();
    const key = keyPair();
    const chip = await chipWithKey(portal, key, 'approved');
    await uploadChip(portal.pia, chip, portal.leaf());
    expect((await uploadChip(portal.pia, await addChip(portal.pia, 'X2'), portal.leaf({ key }))).status).toBe(303);
  });

  it('a partner certificate carries no chip’s key', async () => {
    const portal = await openChipPortal();
    const key = keyPair();
    const chip = await chipWithKey(portal, key, 'approved');
    expectRefused(await uploadPartner(portal.pia, portal.leaf({ key })), ['PMP-CH-001']);
    expectRefused(await uploadPartner(portal.otto, ottosLeaf(portal, key)), ['PMP-CH-001']);
    await portal.pia.post(`${chip}/deactivation`);
    expect((await uploadPartner(portal.otto, ottosLeaf(portal, key))).status).toBe(303);
  });

  it('is judged again at the approval', async () => {
    const portal = await openChipPortal();
    const key = keyPair();
    const chip = await chipWithKey(portal, key, 'pending_approval');
    // A partner certificate with this key comes behind the portal's back, as from a restored backup.
    portal.db.$client.exec(`CREATE TEMP TABLE copied AS SELECT * FROM certificates WHERE chip_id = '${idIn(chip)}';
      UPDATE copied SET id = 'copied', chip_id = NULL; INSERT INTO certificates SELECT * FROM copied`);
    const refused = await approve(portal, chip);
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-CH-001']]);
  });
});
