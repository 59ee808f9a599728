import { describe, expect, it } from 'vitest';
import { asFile, fingerprintOf, makeLeaf, makeRoot } from '../support/certificates.ts';
import { expectAccepted, expectFragment, expectObjections, rowCounts } from '../support/preview.ts';
import { HTMX, type Visitor } from '../support/visitor.ts';
import { acceptPartner, deactivate, OTTOS_ORGANIZATION, pemFile } from '../support/workflow.ts';
import { acceptOtto, addChip, approve, chipIn, loseTrust, openChipPortal, submitChip, uploadChip } from './support.ts';
import { stateOf, walk } from './walk.ts';

const preview = (visitor: Visitor, chip: string, made: { der: Buffer }, headers = {}) =>
  visitor.upload(`${chip}/certificate/preview`, pemFile(made), {}, headers);

describe('POST /chips/:id/certificate/preview', () => {
  it('says that the certificate will be accepted, and stores nothing', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const made = portal.leaf();
    const [before, state] = [rowCounts(portal), stateOf(portal)];
    const page = await preview(portal.pia, chip, made);
    expectAccepted(page, 'This certificate will be accepted');
    expect(page.$('dl.certificate').attr('data-fingerprint')).toBe(fingerprintOf(made.der));
    expect(page.$('.chain li')).toHaveLength(3);
    expect(page.$(`form[action="${chip}/certificate"]`)).toHaveLength(1);
    expect([rowCounts(portal), stateOf(portal)]).toEqual([before, state]);
    const fragment = await preview(portal.pia, chip, made, HTMX);
    expectFragment(fragment);
    expectAccepted(fragment, 'This certificate will be accepted');
    expect((await uploadChip(portal.pia, chip, made)).status).toBe(303);
  });

  it('gives every reason as the upload would, and notes no refusal', async () => {
    const portal = await openChipPortal();
    await acceptOtto(portal);
    const [taken, approved, waiting] = [
      portal.leaf(),
      await chipIn(portal, 'approved', 'A'),
      await addChip(portal.pia),
    ];
    await uploadChip(portal.pia, await addChip(portal.pia, 'B'), taken);
    const trail = portal.trail();
    const approvedDer = portal.db.$client
      .prepare("SELECT k.der FROM chips c JOIN certificates k ON k.id = c.certificate_id WHERE c.model = 'A'")
      .pluck()
      .get() as Buffer;
    const cases: [string, { der: Buffer }, string[]][] = [
      [waiting, makeLeaf(makeRoot(), { subject: { O: OTTOS_ORGANIZATION } }), ['KER-PCM-008', 'KER-PCM-006']],
      [waiting, portal.partnerLeaf, ['PMP-CH-001']],
      [waiting, portal.leaf({ key: taken.keys }), ['PMP-CH-001']],
      [approved, { der: approvedDer }, ['PMP-CH-003']],
    ];
    for (const [chip, made, codes] of cases) {
      expectObjections(await preview(portal.pia, chip, made), codes);
      const fragment = await preview(portal.pia, chip, made, HTMX);
      expectFragment(fragment);
      expectObjections(fragment, codes);
    }
    expect(portal.trail()).toEqual(trail);
    for (const [chip, made, codes] of cases) expect((await uploadChip(portal.pia, chip, made)).codes).toEqual(codes);
  });

  it('gives the reasons against a file that cannot be read', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const file = { name: 'chip.txt', bytes: '<html>' };
    expectObjections(await portal.pia.upload(`${chip}/certificate/preview`, file), ['PMP-UP-001', 'PMP-UP-005']);
  });

  it('shows what else is in the file', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const bytes = Buffer.concat([portal.leaf(), portal.ca, portal.root].map((made) => asFile(made)));
    const page = await portal.pia.upload(`${chip}/certificate/preview`, { name: 'chip.pem', bytes });
    expectAccepted(page, 'This certificate will be accepted');
    expect(page.$('.others [data-fingerprint]')).toHaveLength(2);
  });

  it.each([
    ['pending_approval', 'PMP_AUT_038'],
    ['rejected', 'PMP_AUT_038'],
    ['deactivated', 'PMP_AUT_039'],
  ] as const)('of a chip that is %s is a 409 that shows it as it is', async (status, code) => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, status);
    const page = await preview(portal.pia, chip, portal.leaf());
    expect([page.status, page.codes]).toEqual([409, [code]]);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe(status);
    const fragment = await preview(portal.pia, chip, portal.leaf(), HTMX);
    expect([fragment.status, fragment.codes, fragment.headers['hx-retarget']]).toEqual([409, [code], '#upload']);
    expect(fragment.$('body').children().attr('id')).toBe('upload');
  });

  it('is a 409 for a partner whose own certificate does not hold', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    loseTrust(portal);
    expect((await preview(portal.pia, chip, portal.leaf())).codes).toEqual(['PMP_AUT_030']);
  });

  it('is a 409 for a deactivated partner', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    deactivate(portal, 'pia');
    const answer = await preview(portal.pia, chip, portal.leaf());
    expect([answer.status, answer.codes]).toEqual([409, ['PMS_PMP_016']]);
  });

  it('leads a GET to the form', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const answer = await portal.pia.get(`${chip}/certificate/preview`);
    expect([answer.status, answer.location]).toEqual([303, `${chip}/certificate/new`]);
  });

  it('follows an approval that was renewed', async () => {
    const portal = await openChipPortal();
    const chip = await submitChip(portal);
    expect((await approve(portal, chip)).status).toBe(303);
    await acceptPartner(portal, portal.pia, makeLeaf(portal.ca));
    expectAccepted(await preview(portal.pia, chip, portal.leaf()), 'This certificate will be accepted');
  });
});

walk({ method: 'UPLOAD', path: '/chips/:id/certificate/preview', who: 'partner', status: 'pending_cert_upload' });
