import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../scripts/crash/halves.ts';
import { Ledger } from '../../scripts/crash/ledger.ts';
import { openDatabase } from '../../src/db/index.ts';
import { certificateToDecide, openChipPortal, submitChip } from '../chips/support.ts';
import { temporaryFolder } from '../cli/support.ts';
import { fingerprintOf } from '../support/certificates.ts';

let made: Promise<{ database: Buffer; ledger: Ledger }> | undefined;

/** A data directory of its own with the same work done. */
async function worked() {
  made ??= work();
  const { database, ledger } = await made;
  const { folder } = temporaryFolder();
  writeFileSync(join(folder, 'pmp.sqlite'), database);
  return { folder, ledger };
}

/** A database with one approved chip, one that was deactivated and one that waits, and what was acknowledged on the way. */
async function work() {
  const portal = await openChipPortal();
  const ledger = new Ledger();
  ledger.acknowledge('registration', 'pia');
  ledger.acknowledge('consent', 'pia');
  ledger.acknowledge('partner certificate', fingerprintOf(portal.partnerLeaf.der));
  const decided = async (model: string) => {
    const chip = await submitChip(portal, model);
    const certificateId = await certificateToDecide(portal, chip);
    expect((await portal.ada.post(`${chip}/approval`, { certificateId })).status).toBe(303);
    ledger.acknowledge('chip', chip.slice('/chips/'.length), model);
    ledger.acknowledge('approval', chip.slice('/chips/'.length), certificateId);
    return chip;
  };
  await decided('X1');
  const ended = await decided('X2');
  expect((await portal.pia.post(`${ended}/deactivation`)).status).toBe(303);
  ledger.acknowledge('deactivation', ended.slice('/chips/'.length));
  await submitChip(portal, 'X3');
  return { database: portal.db.$client.serialize(), ledger };
}

/** Changes the database behind everything that guards it. */
function spoil(folder: string, statement: string): void {
  const { $client } = openDatabase(folder);
  $client.pragma('foreign_keys = OFF');
  const triggers = $client.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all() as string[];
  for (const name of triggers) $client.exec(`DROP TRIGGER ${name}`);
  expect($client.prepare(statement).run().changes).toBeGreaterThan(0);
  $client.close();
}

describe('what a kill left behind', () => {
  it('is sound when nothing was lost', async () => {
    const { folder, ledger } = await worked();
    expect(inspect(folder, ledger)).toEqual([]);
  });

  it.each([
    ['DELETE FROM mosip_signed_certificates', 'a partner certificate without its MOSIP-signed one'],
    ['DELETE FROM mosip_signed_certificates', 'acknowledged and lost: partner certificate'],
    ["DELETE FROM chip_decisions WHERE outcome = 'approved'", 'acknowledged and lost: approval'],
    ["DELETE FROM chip_decisions WHERE outcome = 'approved'", 'a decision that is only told of'],
    ['DELETE FROM chip_decisions', 'a chip whose status is not what was done with it'],
    ["DELETE FROM audit_entries WHERE action = 'chip.approve'", 'a decision that the trail does not tell of'],
    ["DELETE FROM audit_entries WHERE action = 'chip.approve'", 'audit trail: '],
    ["DELETE FROM audit_entries WHERE action = 'chip.add'", 'a chip that the trail does not tell of'],
    ["DELETE FROM audit_entries WHERE action = 'consent.give'", 'a consent that the trail does not tell of'],
    ["DELETE FROM notifications WHERE kind = 'chip-approved'", 'a decision of which the provider is not told'],
    ['DELETE FROM chip_deactivations', 'acknowledged and lost: deactivation'],
    ["UPDATE chips SET status = 'approved' WHERE status = 'pending_approval'", 'a chip that is listed otherwise'],
    [
      "UPDATE chips SET certificate_id = NULL WHERE status = 'deactivated'",
      'a chip whose certificate is not the newest',
    ],
    ['UPDATE partners SET certificate_id = NULL', 'a partner whose certificate is not the newest'],
    ['DELETE FROM certificate_paths', 'a certificate without its path'],
    ['UPDATE list_counts SET count = count + 1', 'a count that is not that of the rows'],
    ["DELETE FROM accounts WHERE username = 'pia'", 'foreign_key_check: '],
    ["DELETE FROM accounts WHERE username = 'pia'", 'acknowledged and lost: registration pia'],
    ['DELETE FROM chip_search WHERE rowid = 1', 'rows that cannot be searched for: chips'],
  ])('is found out after %s: %s', async (statement, fault) => {
    const { folder, ledger } = await worked();
    spoil(folder, statement);
    expect(inspect(folder, ledger).join('\n')).toContain(fault);
  });
});
