import { describe, expect, it } from 'vitest';
import { makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { rowsIn, signIn, uploadCa } from '../support/workflow.ts';

describe('two identical uploads at once', () => {
  it('one is stored, the other is told KER-PCM-003, and the trail has both', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const other = await signIn(portal, 'ada');
    const answers = await Promise.all([portal.ada, other].map((visitor) => uploadCa(visitor, root)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(answers.find(({ status }) => status === 422)?.codes).toEqual(['KER-PCM-003']);
    expect(rowsIn(portal, 'ca_certificates')).toBe(1);
    const outcomes = portal.trail().filter(({ action }) => action === 'ca-certificate.add');
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'refused']);
  });

  it('says the same when another process stored it between judging and storing', async () => {
    const portal = await openPortal();
    // The other process's row comes in at the last moment before ours: only the unique index can see it.
    portal.db.$client.exec(`CREATE TEMP TRIGGER twin BEFORE INSERT ON main.ca_certificates WHEN NEW.id <> 'twin' BEGIN
      INSERT INTO ca_certificates VALUES ('twin', NEW.domain, NEW.kind, NEW.fingerprint, NEW.der, NEW.subject, NEW.issuer,
        NEW.not_before, NEW.not_after, NEW.uploaded_at, NEW.uploaded_by);
    END`);
    const answer = await uploadCa(portal.ada, makeRoot());
    expectRefused(answer, ['KER-PCM-003']);
    expect(
      portal.trail().filter(({ outcome, action }) => outcome === 'done' && action === 'ca-certificate.add'),
    ).toEqual([]);
  });
});
