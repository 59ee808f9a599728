import { describe, expect, it } from 'vitest';
import { makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
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
});
