import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { approve, openChipPortal, submitChip } from '../chips/support.ts';
import { makeLeaf, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { acceptPia, deactivate, pemFile, signIn, trustCa } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('GET / of an admin', () => {
  it('has the cards, and says what waits, oldest first behind the link', async () => {
    const portal = await openPortal();
    const { ca } = await acceptPia(portal);
    const empty = await portal.ada.get('/');
    expect(empty.text('a[href="/chips"].card')).toContain('Nothing waits');
    const chip = ((await portal.pia.post('/chips', { make: 'Acme', model: 'X' })).location ?? '').replace(
      '/certificate/new',
      '',
    );
    await portal.pia.upload(`${chip}/certificate`, pemFile(makeLeaf(ca)));
    const page = await portal.ada.get('/');
    expect(page.text('a.card[href="/chips?status=pending_approval&sort=submitted"]')).toContain(
      '1 waits for a decision',
    );
    for (const href of ['/trust-store', '/partners', '/admins', '/signing-ca', '/audit'])
      expect(page.$(`a.card[href="${href}"]`)).toHaveLength(1);
    expect((await portal.ada.get('/chips?status=pending_approval&sort=submitted')).$('tr[data-id]')).toHaveLength(1);
    expect(page.$('.top-bar [data-status], .side-panel [data-status]')).toHaveLength(0);
  });

  it('counts the CA certificates that end within 30 days', async () => {
    const portal = await openPortal();
    const notAfter = Date.now() + 400 * DAY;
    await trustCa(portal, makeRoot({ notAfter }), 'root');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter - 31 * DAY);
    expect((await (await signIn(portal, 'ada')).get('/')).text('a[href="/trust-store"].card')).not.toContain(
      'within 30 days',
    );
    vi.setSystemTime(notAfter - 29 * DAY);
    expect((await (await signIn(portal, 'ada')).get('/')).text('a[href="/trust-store"].card')).toContain(
      '1 ends within 30 days',
    );
  });

  it('asks for a new issuing CA from 730 days on', async () => {
    const portal = await openPortal();
    const notAfter = portal.db.$client
      .prepare("SELECT not_after FROM signing_ca_certificates WHERE kind = 'issuing'")
      .pluck()
      .get() as number;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter - 731 * DAY);
    expect((await (await signIn(portal, 'ada')).get('/')).$('.notice')).toHaveLength(0);
    vi.setSystemTime(notAfter - 729 * DAY);
    expect((await (await signIn(portal, 'ada')).get('/')).text('.notice')).toContain('Plan for a new one');
    vi.setSystemTime(notAfter - 365 * DAY);
    expect((await (await signIn(portal, 'ada')).get('/')).text('.notice')).toContain('cannot issue');
  });
});

describe('GET / of a partner', () => {
  it('says what to do first, and then how things stand', async () => {
    const portal = await openPortal();
    const first = await portal.pia.get('/');
    expect(first.$('.notice')).toHaveLength(0);
    expect(first.$('[data-section=checklist] a.button').attr('href')).toBe('/partner-certificate/new');
    expect(first.text('a[href="/partner-certificate"].card')).toContain('No certificate yet');
    await acceptPia(portal);
    await portal.pia.post('/chips', { make: 'Acme', model: 'X' });
    const page = await portal.pia.get('/');
    expect(page.$('.notice')).toHaveLength(0);
    expect(page.text('a[href="/partner-certificate"].card')).toContain('Valid, 364 days left');
    expect(page.text('a[href="/chips"].card')).toContain('1 without certificate');
  });

  it('says when the MOSIP-signed certificate has ended', async () => {
    const portal = await openPortal();
    await acceptPia(portal);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 366 * DAY);
    const page = await (await signIn(portal, 'pia')).get('/');
    expect(page.text('[data-section=checklist] [data-row=certificate]')).toContain(
      'Renew your partner certificate first',
    );
    expect(page.text('a[href="/partner-certificate"].card')).toContain('Ended on');
  });

  it('counts an approved chip whose certificate has ended as not usable', async () => {
    const portal = await openChipPortal();
    const notAfter = Date.now() + 340 * DAY;
    await approve(portal, await submitChip(portal, 'X1', { notAfter }));
    await approve(portal, await submitChip(portal, 'X2'));
    const facts = async (visitor: typeof portal.pia) => (await visitor.get('/')).text('a[href="/chips"].card');
    expect(await facts(portal.pia)).toContain('2 approved');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(notAfter + DAY);
    const later = await facts(await signIn(portal, 'pia'));
    expect(later).toContain('1 approved');
    expect(later).toContain('1 approved but not usable');
  });

  it('tells a deactivated partner what it still can do', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    expect((await portal.pia.get('/')).text('.notice')).toContain('no longer change anything');
  });

  it('is for people who signed in', async () => {
    const { guest } = await openPortal();
    expect((await guest.get('/')).location).toBe('/login?next=%2F');
  });
});
