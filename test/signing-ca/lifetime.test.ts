import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY, SECOND } from '../../src/lib/durations.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectTrailRefusal } from '../support/refusal.ts';
import { rowsIn, signIn, trustAuthority, trustCa, uploadPartner } from '../support/workflow.ts';
import { signingCas } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** When the issuing CA ends, UTC ms. */
const endOf = (portal: Portal) => Number(new X509Certificate(signingCas(portal.db)[1]?.der ?? '').validToDate);

async function at(portal: Portal, instant: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: instant });
  const root = makeRoot({ at: instant });
  await trustCa({ ...portal, ada: await signIn(portal, 'ada') }, root, 'root');
  return { pia: await signIn(portal, 'pia'), made: makeLeaf(root, { at: instant }) };
}

describe('the issuing CA (rules 5)', () => {
  it('issues with exactly 366 days left', async () => {
    const portal = await openPortal();
    const { pia, made } = await at(portal, endOf(portal) - 366 * DAY);
    expect((await portal.guest.get('/readyz')).status).toBe(200);
    expect((await uploadPartner(pia, made)).status).toBe(303);
  });

  it.each([366 * DAY - 1, 366 * DAY - SECOND, 0, -SECOND])('issues nothing with %d ms left', async (left) => {
    const portal = await openPortal();
    const { pia, made } = await at(portal, endOf(portal) - left);
    expect((await portal.guest.get('/readyz')).status).toBe(503);
    const answer = await uploadPartner(pia, made);
    expect([answer.status, answer.codes]).toEqual([503, ['PMP-CA-001']]);
    expect(rowsIn(portal, 'certificates')).toBe(0);
    expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'partner-certificate.upload', code: 'PMP-CA-001' });
  });

  it.each([0, 1])("never certifies the name of the portal's own CA %d", async (index) => {
    const portal = await openPortal();
    const { ca } = await trustAuthority(portal);
    const own = new X509Certificate(signingCas(portal.db)[index]?.der ?? '');
    const subject = own.toLegacyObject().subject as unknown as { O: string; CN: string };
    portal.db.$client
      .prepare('UPDATE partners SET organization = ? WHERE account_id = ?')
      .run(subject.O, portal.idOf('pia'));
    // Compared as names are, not as bytes: another case and other spaces are the same name (RFC 5280, 7.1).
    for (const CN of [subject.CN, subject.CN.toUpperCase(), ` ${subject.CN.replaceAll(' ', '  ')}`]) {
      const answer = await uploadPartner(
        portal.pia,
        makeLeaf(ca, {
          subject: [
            ['O', subject.O],
            ['CN', CN],
          ],
        }),
      );
      expectRefused(answer, ['PMP-CA-002'], subject.O);
    }
    expect(rowsIn(portal, 'certificates')).toBe(0);
    expectTrailRefusal(portal.trail(), { actor: 'pia', action: 'partner-certificate.upload', code: 'PMP-CA-002' });
    const other = makeLeaf(ca, {
      subject: [
        ['O', subject.O],
        ['CN', `${subject.CN}x`],
      ],
    });
    expect((await uploadPartner(portal.pia, other)).status).toBe(303);
  });

  it('has a name that nobody below a foreign CA can borrow for a path', async () => {
    const portal = await openPortal();
    const own = signingCas(portal.db)[1];
    const impostor = makeIntermediate(makeRoot(), { subject: { CN: new X509Certificate(own?.der ?? '').subject } });
    expect((await uploadPartner(portal.pia, makeLeaf(impostor))).codes).toEqual(['KER-PCM-006']);
  });
});
