import { describe, expect, it, vi } from 'vitest';
import { makeLeaf } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { deactivate, rowsIn, trustAuthority, uploadPartner } from '../support/workflow.ts';

/** Does something while the certificate of the next upload is being signed: its names are looked up right before. */
function whileSigning({ db }: Portal, happen: () => void): { readonly happened: boolean } {
  const state = { happened: false };
  const prepare = db.$client.prepare.bind(db.$client);
  vi.spyOn(db.$client, 'prepare').mockImplementation((sql: string) => {
    if (!state.happened && sql.startsWith('select') && sql.includes('"signing_ca_certificates"')) {
      state.happened = true;
      process.nextTick(happen);
    }
    return prepare(sql);
  });
  return state;
}

const nothingStored = (portal: Portal) =>
  expect([rowsIn(portal, 'certificates'), rowsIn(portal, 'mosip_signed_certificates')]).toEqual([0, 0]);

describe('while a partner certificate is being signed', () => {
  it('the partner is deactivated: 409, nothing is stored, the trail says so', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const signing = whileSigning(portal, () => deactivate(portal, 'pia'));
    const answer = await uploadPartner(portal.pia, makeLeaf(ca));
    expect(signing.happened).toBe(true);
    expect([answer.status, answer.codes]).toEqual([409, ['PMS_PMP_016']]);
    nothingStored(portal);
    expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'partner-certificate.upload', code: 'PMS_PMP_016' });
  });

  it('the organisation is corrected: the certificate is judged by the new one', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const correct = portal.db.$client.prepare('UPDATE partners SET organization = ? WHERE account_id = ?');
    const signing = whileSigning(portal, () => correct.run('Acme Chips Limited', portal.idOf('pia')));
    const answer = await uploadPartner(portal.pia, makeLeaf(ca));
    expect(signing.happened).toBe(true);
    expectRefused(answer, ['KER-PCM-008'], '“Acme Chips Limited”', '“Acme Chips Ltd”');
    nothingStored(portal);
  });

  it('the same certificate comes a second time: both are kept, each with its own MOSIP-signed one', async () => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const made = makeLeaf(ca);
    const answers = await Promise.all([uploadPartner(portal.pia, made), uploadPartner(portal.pia, made)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const serials = portal.db.$client.prepare('SELECT DISTINCT serial_number FROM mosip_signed_certificates').all();
    expect([rowsIn(portal, 'certificates'), serials.length]).toEqual([2, 2]);
    const current = portal.db.$client.prepare('SELECT certificate_id FROM partners WHERE account_id = ?').pluck();
    const newest = portal.db.$client.prepare('SELECT id FROM certificates ORDER BY rowid DESC').pluck();
    expect(current.get(portal.idOf('pia'))).toBe(newest.get());
  });
});
