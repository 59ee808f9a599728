import { describe, expect, it } from 'vitest';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { acceptPia, caId, trustCa, uploadCa, uploadPartner } from '../support/workflow.ts';
import { firstStatus, retireCa } from './support.ts';

describe('a retired CA certificate that is uploaded again', () => {
  it('is trusted again under its old id, and what hung on it has its path', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const id = caId(portal, ca);
    await retireCa(portal, id);
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('untrusted');
    expect(await trustCa(portal, ca, 'intermediate')).toBe(id);
    expect(await firstStatus(portal.ada, `/trust-store/${id}`)).toBe('valid');
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('valid');
    expect((await uploadPartner(portal.pia, makeLeaf(ca))).codes).toEqual([]);
    expectRefused(await uploadCa(portal.ada, ca, { type: 'intermediate' }), ['KER-PCM-003']);
  });

  it('is judged like a new one: an intermediate whose root is retired stays retired', async () => {
    const portal = await openPortal();
    const { root, ca } = await acceptPia(portal);
    for (const made of [ca, root]) await retireCa(portal, caId(portal, made));
    expectRefused(await uploadCa(portal.ada, ca, { type: 'intermediate' }), ['KER-PCM-005']);
    expect(await firstStatus(portal.ada, `/trust-store/${caId(portal, ca)}`)).toBe('retired');
    await trustCa(portal, root, 'root');
    await trustCa(portal, ca, 'intermediate');
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('valid');
  });

  it('of another domain is not touched', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const [ftm, device] = [await trustCa(portal, root, 'root'), await trustCa(portal, root, 'root', 'DEVICE')];
    await retireCa(portal, ftm);
    expect(await firstStatus(portal.ada, `/trust-store/${device}`)).toBe('valid');
    expectRefused(await uploadCa(portal.ada, root, { domain: 'DEVICE' }), ['KER-PCM-003']);
    expect(await firstStatus(portal.ada, `/trust-store/${ftm}`)).toBe('retired');
  });

  it('shows who retired and reinstated it when and why, newest first; and can be retired again', async () => {
    const portal = await openPortal();
    const root = makeRoot();
    const id = await trustCa(portal, root, 'root');
    await retireCa(portal, id, 'first reason');
    await trustCa(portal, root, 'root');
    let page = await portal.ada.get(`/trust-store/${id}`);
    expect(page.$('.notice')).toHaveLength(0);
    await retireCa(portal, id, 'second reason');
    page = await portal.ada.get(`/trust-store/${id}`);
    const events = page.$('.timeline li').toArray();
    expect(events.map((event) => page.$(event).find('strong').text())).toEqual([
      'Retired',
      'Reinstated',
      'Retired',
      'Added',
    ]);
    expect(events.map((event) => page.$(event).find('blockquote').text())).toEqual([
      'second reason',
      '',
      'first reason',
      '',
    ]);
    for (const event of events) expect(page.$(event).find('small').text()).toMatch(/ · ada$/);
    expect(page.$('.notice blockquote').text()).toBe('second reason');
  });
});
