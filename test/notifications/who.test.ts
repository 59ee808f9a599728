import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import {
  acceptOtto,
  approve,
  type ChipPortal,
  chipIn,
  idIn,
  openChipPortal,
  reject,
  uploadChip,
} from '../chips/support.ts';
import { makeRoot } from '../support/certificates.ts';
import { PASSWORD } from '../support/portal.ts';
import { deactivate, trustCa, uploadCa, uploadPartner } from '../support/workflow.ts';
import { addCa, kindsTold, remind, setEnd, toldTo } from './support.ts';

const NOW = Date.now();

const currentOf = ({ db, idOf }: ChipPortal, username: string) =>
  db.$client.prepare('SELECT certificate_id FROM partners WHERE account_id = ?').pluck().get(idOf(username)) as string;
const certificateOf = ({ db }: ChipPortal, chip: string) =>
  db.$client.prepare('SELECT certificate_id FROM chips WHERE id = ?').pluck().get(idIn(chip)) as string;

/** Only reminders; of some other things people are told besides. */
const reminders = (portal: ChipPortal, username: string) =>
  kindsTold(portal, username).filter((kind) => / \d+$/.test(kind));

describe('a partner', () => {
  it('is reminded of its own partner certificate, MOSIP-signed certificate and approved chips, and nobody else is', async () => {
    const portal = await openChipPortal();
    await acceptOtto(portal);
    const chip = await chipIn(portal, 'approved');
    setEnd(portal, 'certificates', currentOf(portal, 'pia'), NOW + 30 * DAY);
    setEnd(portal, 'mosip_signed_certificates', currentOf(portal, 'pia'), NOW + 15 * DAY);
    setEnd(portal, 'certificates', certificateOf(portal, chip), NOW + 9 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia').sort()).toEqual([
      'chip-certificate-ends 9',
      'mosip-signed-ends 15',
      'partner-certificate-ends 30',
    ]);
    for (const other of ['otto', 'ada']) expect(reminders(portal, other)).toEqual([]);
  });

  it('is not reminded of what ends in more than 30 days', async () => {
    const portal = await openChipPortal();
    setEnd(portal, 'certificates', currentOf(portal, 'pia'), NOW + 31 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia')).toEqual([]);
  });

  it.each(['pending_approval', 'rejected', 'deactivated'] as const)(
    'is not reminded of a chip that is %s',
    async (status) => {
      const portal = await openChipPortal();
      const chip = await chipIn(portal, status);
      setEnd(portal, 'certificates', certificateOf(portal, chip), NOW + 9 * DAY);
      await remind(portal, NOW);
      expect(reminders(portal, 'pia')).toEqual([]);
    },
  );

  it('that renews its certificate is reminded of the old one no more, and of the new one from the beginning', async () => {
    const portal = await openChipPortal();
    const old = currentOf(portal, 'pia');
    setEnd(portal, 'certificates', old, NOW + 9 * DAY);
    setEnd(portal, 'mosip_signed_certificates', old, NOW + 9 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia').sort()).toEqual(['mosip-signed-ends 9', 'partner-certificate-ends 9']);
    expect((await uploadPartner(portal.pia, portal.partnerLeaf)).status).toBe(303);
    expect(reminders(portal, 'pia')).toEqual([]);
    await remind(portal, NOW + DAY);
    expect(reminders(portal, 'pia')).toEqual([]);
    setEnd(portal, 'certificates', currentOf(portal, 'pia'), NOW + 30 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia')).toEqual(['partner-certificate-ends 30']);
  });

  it('that renews a chip is reminded of its earlier certificate no more, also while the new one waits', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const old = certificateOf(portal, chip);
    setEnd(portal, 'certificates', old, NOW + 9 * DAY);
    await remind(portal, NOW);
    expect((await uploadChip(portal.pia, chip, portal.leaf())).codes).toEqual([]);
    expect(reminders(portal, 'pia')).toEqual([]);
    await remind(portal, NOW + DAY);
    expect(reminders(portal, 'pia')).toEqual([]);
    await approve(portal, chip);
    setEnd(portal, 'certificates', certificateOf(portal, chip), NOW + 2 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia')).toEqual(['chip-certificate-ends 2']);
    expect(toldTo(portal, 'pia').filter(({ kind }) => kind === 'chip-approved')).toHaveLength(2);
  });

  it('that deactivates a chip is reminded of it no more', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    setEnd(portal, 'certificates', certificateOf(portal, chip), NOW + 9 * DAY);
    await remind(portal, NOW);
    await portal.pia.post(`${chip}/deactivation`);
    expect(reminders(portal, 'pia')).toEqual([]);
  });

  it('that was deactivated is reminded of nothing', async () => {
    const portal = await openChipPortal();
    setEnd(portal, 'certificates', currentOf(portal, 'pia'), NOW + 9 * DAY);
    deactivate(portal, 'pia');
    await remind(portal, NOW);
    expect(reminders(portal, 'pia')).toEqual([]);
  });

  it('loses its reminders when it is deactivated', async () => {
    const portal = await openChipPortal();
    setEnd(portal, 'certificates', currentOf(portal, 'pia'), NOW + 9 * DAY);
    await remind(portal, NOW);
    expect(reminders(portal, 'pia')).toHaveLength(1);
    await portal.ada.post(`/partners/${portal.idOf('pia')}/deactivation`, { reason: 'left' });
    expect(kindsTold(portal, 'pia')).toEqual(['partner-deactivated']);
  });
});

describe('admins', () => {
  const addAdmin = async (portal: ChipPortal, username = 'bea') => {
    const names = { firstName: 'Bea', lastName: 'Admin', email: `${username}@authority.example`, username };
    const answer = await portal.ada.post('/admins', { ...names, password: PASSWORD, confirmPassword: PASSWORD });
    expect(answer.status).toBe(303);
  };

  it('who are active are all reminded of the trust store; nobody else is', async () => {
    const portal = await openChipPortal();
    await addAdmin(portal);
    await addAdmin(portal, 'gone');
    await portal.ada.post(`/admins/${portal.idOf('gone')}/deactivation`, { reason: 'left' });
    addCa(portal, NOW + 9 * DAY);
    await remind(portal, NOW);
    expect([...new Set(toldTo(portal).map(({ username }) => username))].sort()).toEqual(['ada', 'bea']);
    expect(kindsTold(portal, 'bea')).toEqual(['ca-ends 9']);
  });

  it('who came after something had ended are not told of it', async () => {
    const portal = await openChipPortal();
    addCa(portal, Date.now() - DAY);
    await addAdmin(portal);
    const later = Date.now();
    addCa(portal, later + DAY, 'CN=Another');
    await remind(portal, later);
    expect(kindsTold(portal, 'bea')).toEqual(['ca-ends 1']);
  });

  it('are not reminded of a retired CA certificate, and are again once it is reinstated', async () => {
    const portal = await openChipPortal();
    const root = makeRoot({ notAfter: NOW + 400 * DAY });
    const id = await trustCa(portal, root, 'root');
    const soon = NOW + 391 * DAY;
    const told = () => toldTo(portal, 'ada').map(({ kind, threshold }) => `${kind} ${threshold}`);
    await remind(portal, soon);
    expect(told()).toContain('ca-ends 9');
    await portal.ada.post(`/trust-store/${id}/retirement`, { reason: 'no longer audited' });
    expect(told()).not.toContain('ca-ends 9');
    await remind(portal, soon);
    expect(told()).not.toContain('ca-ends 9');
    expect((await uploadCa(portal.ada, root)).status).toBe(303);
    await remind(portal, soon);
    expect(told()).toContain('ca-ends 9');
  });

  it('are told when the signing CA comes to issue no more, and of a new one from the beginning', async () => {
    const portal = await openChipPortal();
    const issuing = portal.db.$client
      .prepare("SELECT id, not_after AS notAfter FROM signing_ca_certificates WHERE kind = 'issuing'")
      .get() as { id: string; notAfter: number };
    const stops = issuing.notAfter - 366 * DAY;
    const told = () => kindsTold(portal, 'ada').filter((kind) => kind.startsWith('signing'));
    await remind(portal, stops - 31 * DAY);
    expect(told()).toEqual([]);
    await remind(portal, stops - 10 * DAY);
    expect(told()).toEqual(['signing-ca-stops 10']);
    await remind(portal, stops + DAY);
    expect(told()).toEqual(['signing-ca-stops 0']);
    const answer = await portal.ada.post('/signing-ca/renewal', { replaces: issuing.id });
    expect(answer.codes).toEqual([]);
    expect(told()).toEqual([]);
  });

  it('are not told of what partners have to renew', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    setEnd(portal, 'certificates', certificateOf(portal, chip), NOW + 9 * DAY);
    await remind(portal, NOW);
    expect(kindsTold(portal, 'ada')).toEqual([]);
    await reject(portal, await chipIn(portal, 'pending_approval', 'X2'));
    expect(kindsTold(portal, 'ada')).toEqual([]);
  });
});

it('finds every certificate, however many end on one day and in whatever page they lie', async () => {
  const portal = await openChipPortal();
  const chip = await chipIn(portal, 'approved');
  const { $client } = portal.db;
  const copies = 1300;
  $client.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${copies})
    INSERT INTO chips (id, partner_id, make, model, make_key, model_key, status, created_at, status_at)
      SELECT 'c' || i, '${portal.idOf('pia')}', 'M', i, 'm', i, 'pending_cert_upload', 1, 1 FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${copies})
    INSERT INTO certificates (id, partner_id, chip_id, fingerprint, key_fingerprint, der, subject, issuer, not_before, not_after, uploaded_at, uploaded_by)
      SELECT 'k' || i, partner_id, 'c' || i, 'f' || i, 'f' || i, der, subject, issuer, not_before, ${NOW} + (i % 3) * ${DAY}, 1, uploaded_by
      FROM n, certificates WHERE certificates.id = '${certificateOf(portal, chip)}';
    UPDATE chips SET status = 'approved', certificate_id = 'k' || substr(id, 2) WHERE id LIKE 'c%' AND make = 'M';`);
  await remind(portal, NOW);
  const told = toldTo(portal, 'pia').filter(({ kind }) => kind === 'chip-certificate-ends');
  expect(new Set(told.map(({ thing_id }) => thing_id)).size).toBe(copies);
  expect(told).toHaveLength(copies);
  for (const threshold of [0, 1, 2])
    expect(
      told.filter((row) => row.threshold === threshold).map(({ thing_id }) => Number(thing_id.slice(1)) % 3),
    ).toEqual(Array.from({ length: copies }, (_, i) => i + 1).flatMap((i) => (i % 3 === threshold ? [threshold] : [])));
});
