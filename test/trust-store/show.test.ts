import { afterEach, describe, expect, it, vi } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { fingerprintOf, makeIntermediate, makeRoot } from '../support/certificates.ts';
import { shownName } from '../support/names.ts';
import { openPortal } from '../support/portal.ts';
import { signIn, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const root = makeRoot({ notAfter: now() + 500 * DAY });
const ca = makeIntermediate(root, { pathLength: 2 });

describe('GET /trust-store/:id', () => {
  it('shows a certificate, its status first, its chain from the root down, and the downloads', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root');
    const id = await trustCa(portal, ca, 'intermediate');
    const answer = await portal.ada.get(`/trust-store/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.$('[data-status]').first().attr('data-status')).toBe('valid');
    expect(answer.$('[data-fingerprint]').attr('data-fingerprint')).toBe(fingerprintOf(ca.der));
    const { subject, issuer, serialNumber } = ca.certificate;
    for (const text of [shownName(subject.text), shownName(issuer.text), serialNumber, 'path length 2', 'FTM']) {
      expect(answer.text()).toContain(text);
    }
    const chain = answer.$('.chain strong').toArray();
    expect(chain.map((step) => answer.$(step).text())).toEqual(
      [root, ca].map((made) => made.certificate.subject.label),
    );
    expect(answer.text('.timeline')).toMatch(/^Added .* · ada$/);
    const links = answer.$('a[download]').toArray();
    expect(links.map((link) => answer.$(link).attr('href'))).toEqual([
      `/trust-store/${id}/download?format=p7b`,
      `/trust-store/${id}/download`,
      `/trust-store/${id}/download?format=der`,
    ]);
  });

  it('marks one that has ended; its chain too', async () => {
    const portal = await openPortal();
    const rootId = await trustCa(portal, root, 'root');
    const id = await trustCa(portal, ca, 'intermediate');
    vi.useFakeTimers({ toFake: ['Date'], now: root.certificate.notAfter + 1 });
    const ada = await signIn(portal, 'ada');
    expect((await ada.get(`/trust-store/${rootId}`)).$('[data-status]').first().attr('data-status')).toBe('expired');
    expect((await ada.get(`/trust-store/${id}`)).$('.chain li.bad').text()).toContain(root.certificate.subject.label);
  });

  it.each(['', '/download'])('404 for an unknown id%s', async (rest) => {
    const { ada } = await openPortal();
    for (const id of ['nothing', '00000000-0000-0000-0000-000000000000', "'--"]) {
      expect((await ada.get(`/trust-store/${id}${rest}`)).status).toBe(404);
    }
  });

  it.each(['', '/download'])('is for admins: %s', async (rest) => {
    const portal = await openPortal();
    const id = await trustCa(portal, root, 'root');
    expect((await portal.guest.get(`/trust-store/${id}${rest}`)).location).toMatch(/^\/login\?next=/);
    const answer = await portal.pia.get(`/trust-store/${id}${rest}`);
    expect([answer.status, answer.codes]).toEqual([403, ['KER-ATH-403']]);
    expect((await portal.pia.get(`/trust-store/nothing${rest}`)).status).toBe(403);
  });
});
