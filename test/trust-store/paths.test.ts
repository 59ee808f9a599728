import { afterEach, describe, expect, it, vi } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { caId, signIn, trustCa, uploadCa, uploadPartner } from '../support/workflow.ts';

const intermediate = { type: 'intermediate' } as const;

afterEach(() => {
  vi.useRealTimers();
});

describe('the kind of a CA certificate and its tab (2.10, 2.11)', () => {
  const root = makeRoot();

  it('sends a root to its own tab', async () => {
    const { ada } = await openPortal();
    expectRefused(await uploadCa(ada, root, intermediate), ['PMP-TS-002'], 'Upload it on the tab Root CA');
  });

  it('sends an intermediate to its own tab, which alone is said when its path holds', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root');
    const answer = await uploadCa(portal.ada, makeIntermediate(root), { type: 'root' });
    expectRefused(answer, ['PMP-TS-002'], 'Upload it on the tab Intermediate CA');
  });

  it('takes a certificate in its own name that another key signed for an intermediate', async () => {
    const portal = await openPortal();
    const rekeyed = makeIntermediate(root, { subjectDer: root.subjectDer });
    expectRefused(await uploadCa(portal.ada, rekeyed, { type: 'root' }), ['PMP-TS-002', 'KER-PCM-005']);
    await trustCa(portal, root, 'root');
    await trustCa(portal, rekeyed, 'intermediate');
  });
});

describe('the path of an intermediate (2.12)', () => {
  it('goes from the root down, not the other way round', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const upper = makeIntermediate(root);
    const lower = makeIntermediate(upper);
    await trustCa(portal, root, 'root');
    const early = await uploadCa(portal.ada, lower, intermediate);
    expectRefused(early, ['KER-PCM-005'], upper.certificate.subject.text);
    await trustCa(portal, upper, 'intermediate');
    await trustCa(portal, lower, 'intermediate');
  });

  it.each(['DEVICE', 'AUTH'] as const)('never crosses into %s', async (domain) => {
    const portal = await openPortal();
    const root = makeRoot();
    const ca = makeIntermediate(root);
    await trustCa(portal, root, 'root', domain);
    expectRefused(await uploadCa(portal.ada, ca, intermediate), ['KER-PCM-005'], root.certificate.subject.text);
    await trustCa(portal, ca, 'intermediate', domain);
    expect(caId(portal, ca)).toBe('');
  });

  it('stands below a CA that allows another one', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const last = makeIntermediate(root, { pathLength: 0 });
    await trustCa(portal, root, 'root');
    await trustCa(portal, last, 'intermediate');
    const answer = await uploadCa(portal.ada, makeIntermediate(last), intermediate);
    expectRefused(answer, ['KER-PCM-005'], last.certificate.subject.label, '0');
  });

  it("binds by the root's own path length", async () => {
    const portal = await openPortal();
    const root = makeRoot({ pathLength: 0 });
    await trustCa(portal, root, 'root');
    expectRefused(await uploadCa(portal.ada, makeIntermediate(root), intermediate), ['KER-PCM-005']);
  });

  it('wants the signature of that root, not its name alone', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    await trustCa(portal, root, 'root');
    const forged = makeIntermediate(root, { signWith: makeRoot().privateKey });
    expectRefused(await uploadCa(portal.ada, forged, intermediate), ['KER-PCM-005'], 'key did not sign');
    const answer = await uploadPartner(portal.pia, makeLeaf(forged));
    expect(answer.codes).toEqual(['KER-PCM-006']);
  });

  it('tries every root of the name: a re-keyed authority works', async () => {
    const portal = await openPortal();
    const old = makeRoot();
    const rekeyed = makeRoot({ subjectDer: old.subjectDer });
    await trustCa(portal, old, 'root');
    await trustCa(portal, rekeyed, 'root');
    await trustCa(portal, makeIntermediate(old), 'intermediate');
    await trustCa(portal, makeIntermediate(rekeyed), 'intermediate');
  });

  it('uses a root to its last second, and not after', async () => {
    const at = now();
    const portal = await openPortal();
    const notAfter = Math.floor(at / SECOND) * SECOND + 400 * DAY;
    const root = makeRoot({ notAfter });
    await trustCa(portal, root, 'root');
    const ca = makeIntermediate(root);
    vi.useFakeTimers({ toFake: ['Date'], now: notAfter + SECOND });
    expectRefused(await uploadCa(await signIn(portal, 'ada'), ca, intermediate), ['KER-PCM-005'], 'expired');
    vi.setSystemTime(notAfter);
    expect((await uploadCa(await signIn(portal, 'ada'), ca, intermediate)).status).toBe(303);
  });
});
