import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import type { Answer, Visitor } from '../support/visitor.ts';
import { acceptPartner, signIn, trustCa } from '../support/workflow.ts';
import { addChip, approve, type ChipPortal, chipIn, idIn, loseTrust, openChipPortal, uploadChip } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Everything that needs a usable partner: adding a chip, and uploading to one that waits and to one that is approved. */
async function attempts(portal: ChipPortal, pia: Visitor, chips: readonly string[]): Promise<Answer[]> {
  const answers = [await pia.get('/chips/new'), await pia.post('/chips', { make: 'New', model: 'New' })];
  for (const chip of chips)
    answers.push(await pia.get(`${chip}/certificate/new`), await uploadChip(pia, chip, portal.leaf()));
  return answers;
}

function expectObstacle(answer: Answer, wording: string): void {
  expect([answer.status, answer.codes]).toEqual([409, ['PMP_AUT_030']]);
  expect(answer.text('[role=alert]')).toContain(wording);
  expect(answer.text('[role=alert]')).toContain('Renew your partner certificate first');
}

const mosipSignedEnd = ({ db }: Portal) =>
  db.$client.prepare('SELECT max(not_after) FROM mosip_signed_certificates').pluck().get() as number;

describe('adding and uploading need a usable partner (PMP_AUT_030)', () => {
  it('a partner certificate: none yet', async () => {
    const portal = await openPortal();
    const refused = await portal.pia.post('/chips', { make: 'Acme', model: 'X' });
    expect([refused.status, refused.codes]).toEqual([409, ['PMP_AUT_030']]);
    expect(refused.text('[role=alert]')).toContain('Upload your partner certificate first');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'chip.add', outcome: 'refused', code: 'PMP_AUT_030' });
  });

  it('a MOSIP-signed certificate in date: up to its last second, and no later', async () => {
    const portal = await openChipPortal();
    const [waiting, approved] = [await addChip(portal.pia, 'X1'), await chipIn(portal, 'approved', 'X2')];
    const end = mosipSignedEnd(portal);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(end);
    // The certificates of this test begin when they are made, which is now "a year later".
    const inTime = await attempts(portal, await signIn(portal, 'pia'), [
      await addChip(await signIn(portal, 'pia'), 'X3'),
    ]);
    expect(inTime.map((answer) => answer.status)).toEqual([200, 303, 200, 303]);

    vi.setSystemTime(end + 1);
    const late = await attempts(portal, await signIn(portal, 'pia'), [waiting, approved]);
    expect(late).toHaveLength(6);
    for (const answer of late) expectObstacle(answer, 'It ended on');
    const upload = portal.trail().at(-1);
    expect(upload).toMatchObject({ action: 'chip.upload-certificate', outcome: 'refused', code: 'PMP_AUT_030' });
    expect(upload?.thing_id).toBe(idIn(approved));
  });

  it('is so again after the renewal of the partner certificate', async () => {
    const portal = await openChipPortal();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(mosipSignedEnd(portal) + 1);
    const pia = await signIn(portal, 'pia');
    expect((await pia.get('/chips/new')).status).toBe(409);
    await acceptPartner(portal, pia, portal.leaf());
    expect((await pia.get('/chips/new')).status).toBe(200);
  });

  it('a partner certificate that has its path: not once the trust store has lost it', async () => {
    const portal = await openChipPortal();
    const chips = [await addChip(portal.pia, 'X1'), await chipIn(portal, 'approved', 'X2')];
    loseTrust(portal);
    for (const answer of await attempts(portal, portal.pia, chips)) expectObstacle(answer, 'no longer trusted');
  });

  it('nor once a CA of the path has ended, though the MOSIP-signed certificate lasts', async () => {
    const portal = await openChipPortal();
    const notAfter = Math.floor(Date.now() / 1000) * 1000 + 370 * DAY;
    const short = makeIntermediate(portal.root, { notAfter });
    await trustCa(portal, short, 'intermediate');
    const end = Date.now() + 360 * DAY;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(end - 340 * DAY);
    await acceptPartner(portal, await signIn(portal, 'pia'), makeLeaf(short));
    vi.setSystemTime(notAfter);
    expect((await (await signIn(portal, 'pia')).get('/chips/new')).status).toBe(200);
    vi.setSystemTime(notAfter + 1);
    expectObstacle(await (await signIn(portal, 'pia')).get('/chips/new'), 'no longer trusted');
  });

  it('while view, download, deactivate and the admin’s decisions go on', async () => {
    const portal = await openChipPortal();
    const [approved, waiting] = [
      await chipIn(portal, 'approved', 'X1'),
      await chipIn(portal, 'pending_approval', 'X2'),
    ];
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(mosipSignedEnd(portal) + 1);
    const pia = await signIn(portal, 'pia');
    for (const page of ['', '/certificate', '/certificate/original', '/deactivation/new'])
      expect((await pia.get(approved + page)).status, page).toBe(200);
    expect((await pia.get('/chips')).status).toBe(200);
    expect((await pia.post(`${approved}/deactivation`)).status).toBe(303);
    expect((await approve({ ...portal, ada: await signIn(portal, 'ada') }, waiting)).status).toBe(303);
    expect((await pia.get(`${waiting}/certificate`)).text()).toContain('Renew your partner certificate first');
    expect((await pia.get(waiting)).$(`a[href="${waiting}/certificate/new"]`)).toHaveLength(0);
  });
});
