import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { acceptOtto, addChip, approve, type ChipPortal, openChipPortal, reject, submitChip } from '../chips/support.ts';
import { makeIntermediate, makeLeaf, makeRoot } from '../support/certificates.ts';
import type { Visitor } from '../support/visitor.ts';
import { acceptPartner, caId, deactivate, rowsIn, signIn, trustCa } from '../support/workflow.ts';
import { firstStatus, retireCa, statusesInRow } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

interface Scene extends ChipPortal {
  readonly approved: string;
  readonly pending: string;
  readonly rejected: string;
}

/** Pia and her chips below one CA. */
async function openScene(): Promise<Scene> {
  const portal = await openChipPortal();
  const approved = await submitChip(portal, 'approved');
  await approve(portal, approved);
  const pending = await submitChip(portal, 'pending');
  const rejected = await submitChip(portal, 'rejected');
  await reject(portal, rejected);
  await addChip(portal.pia, 'without');
  for (const visitor of [portal.ada, portal.pia]) visitor.cookies.delete('pmp_flash');
  return { ...portal, approved, pending, rejected };
}

const rowOf = (chip: string) => `#chip-${chip.split('/')[2]}`;

/** The marks of untrusted on a dashboard, by the card's address. */
async function untrustedOn(visitor: Visitor): Promise<Record<string, string>> {
  const page = await visitor.get('/');
  const marks = page.$('a.card [data-status=untrusted]').toArray();
  return Object.fromEntries(
    marks.map((mark) => [page.$(mark).closest('a').attr('href')?.split('?')[0], page.$(mark).text().trim()]),
  );
}

async function idsIn(visitor: Visitor, list: string): Promise<(string | undefined)[]> {
  const page = await visitor.get(list);
  const ids = page.$('tr[data-id]').toArray();
  expect(page.$('[data-total]').attr('data-total')).toBe(String(ids.length));
  return ids.map((row) => page.$(row).attr('id'));
}

describe('partners and chips that have lost their path', () => {
  it('are marked in every list and on every page, until it is reinstated', async () => {
    const portal = await openScene();
    const { ada, pia, approved, pending, rejected } = portal;
    const partner = `/partners/${portal.idOf('pia')}`;
    const partnerRow = `#partner-${portal.idOf('pia')}`;
    const rootId = caId(portal, portal.root);

    const expectMarks = async (untrusted: boolean) => {
      const mark = untrusted ? ['untrusted'] : [];
      expect(await statusesInRow(ada, '/partners', partnerRow)).toEqual(['active', ...mark]);
      expect(await firstStatus(ada, partner)).toBe('active');
      expect(await statusesInRow(ada, partner, '.page-header')).toEqual(['active', ...mark]);
      expect(await statusesInRow(ada, partner, rowOf(pending))).toEqual(['pending_approval', ...mark]);
      expect(await firstStatus(pia, '/partner-certificate')).toBe(untrusted ? 'untrusted' : 'valid');
      for (const visitor of [ada, pia]) {
        expect(await statusesInRow(visitor, '/chips', rowOf(approved))).toEqual(['approved', ...mark]);
        expect(await statusesInRow(visitor, '/chips', rowOf(pending))).toEqual(['pending_approval', ...mark]);
        expect(await statusesInRow(visitor, '/chips', rowOf(rejected))).toEqual(['rejected']);
        expect(await statusesInRow(visitor, approved, '.page-header')).toEqual(['approved', ...mark]);
      }
    };

    await expectMarks(false);
    expect(await untrustedOn(ada)).toEqual({});
    expect(await untrustedOn(pia)).toEqual({});

    await retireCa(portal, rootId);
    await expectMarks(true);
    expect(await untrustedOn(ada)).toEqual({ '/partners': '1 untrusted', '/chips': '2 untrusted' });
    expect(await untrustedOn(pia)).toEqual({
      '/partner-certificate': 'Untrusted: its chain is no longer in the trust store',
      '/chips': '2 untrusted: their certificates have lost their chain',
    });

    expect(await trustCa(portal, portal.root, 'root')).toBe(rootId);
    await expectMarks(false);
    expect(await untrustedOn(ada)).toEqual({});
    expect(await untrustedOn(pia)).toEqual({});
  });

  it('are found from the dashboards: the admin’s leads to them, the partner’s says what to do', async () => {
    const portal = await openScene();
    await acceptOtto(portal);
    await retireCa(portal, caId(portal, portal.ca));
    const admin = await portal.ada.get('/');
    expect(admin.text('.notice a[href="/partners?status=untrusted"]')).toBe('2 partner certificates');
    expect(admin.text('.notice a[href="/chips?status=untrusted"]')).toBe('2 chip certificates');
    expect((await idsIn(portal.ada, '/partners?status=untrusted&sort=username')).length).toBe(2);
    const chips = [portal.pending, portal.approved].map((chip) => rowOf(chip).slice(1));
    expect(await idsIn(portal.ada, '/chips?status=untrusted')).toEqual(chips);
    const partner = await portal.pia.get('/');
    expect(partner.text('.notice')).toContain('2 of your chips are untrusted');
    expect(partner.text('.notice')).toContain('ask the Partner Admin');
    expect(await idsIn(portal.pia, '/chips?status=untrusted')).toEqual(chips);
    // The lists of others hold only what is theirs.
    expect(await idsIn(portal.otto, '/chips?status=untrusted')).toEqual([]);
    expect((await portal.otto.get('/')).text('.notice')).not.toContain('of your chips');
  });

  it('an approved one is not counted as approved, a pending one waits still', async () => {
    const portal = await openScene();
    const card = async () => (await portal.pia.get('/')).text('a.card[href="/chips"]');
    expect(await card()).toContain('1 approved');
    await retireCa(portal, caId(portal, portal.ca));
    expect(await card()).not.toContain('1 approved');
    expect(await card()).toContain('1 waiting for approval');
  });

  it('none is, of a partner that is deactivated', async () => {
    const portal = await openChipPortal();
    deactivate(portal, 'pia');
    await retireCa(portal, caId(portal, portal.ca));
    expect(await statusesInRow(portal.ada, '/partners', `#partner-${portal.idOf('pia')}`)).toEqual(['deactivated']);
    expect(await untrustedOn(portal.ada)).toEqual({});
    expect(await idsIn(portal.ada, '/partners?status=untrusted')).toEqual([]);
  });

  it('find another path as soon as there is one, whatever was retired before', async () => {
    const portal = await openScene();
    await retireCa(portal, caId(portal, portal.ca));
    expect(await idsIn(portal.ada, '/chips?status=untrusted')).toHaveLength(2);
    const second = makeRoot();
    await trustCa(portal, second, 'root');
    expect(await idsIn(portal.ada, '/chips?status=untrusted')).toHaveLength(2);
    const crossed = makeIntermediate(second, { subjectDer: portal.ca.subjectDer, key: portal.ca.keys });
    const crossedId = await trustCa(portal, crossed, 'intermediate');
    expect(await idsIn(portal.ada, '/chips?status=untrusted')).toEqual([]);
    expect(await untrustedOn(portal.ada)).toEqual({});
    // From now on they depend on the other one, and no longer on the one that is retired.
    expect((await portal.ada.get(`/trust-store/${crossedId}`)).$('#dependent-list').attr('data-total')).toBe('3');
    const first = await portal.ada.get(`/trust-store/${caId(portal, portal.ca)}`);
    expect(first.$('#dependent-list').attr('data-total')).toBe('0');
  });

  it('a certificate of one, once renewed below a CA that is trusted, is so no longer', async () => {
    const portal = await openScene();
    await retireCa(portal, caId(portal, portal.ca));
    const other = makeIntermediate(portal.root);
    await trustCa(portal, other, 'intermediate');
    await acceptPartner(portal, portal.pia, makeLeaf(other));
    expect(await untrustedOn(portal.ada)).toEqual({ '/chips': '2 untrusted' });
    expect(await firstStatus(portal.pia, '/partner-certificate')).toBe('valid');
    expect(rowsIn(portal, 'certificates')).toBe(5);
  });

  it('lose it when a CA certificate ends, too, unless there is another', async () => {
    const portal = await openChipPortal();
    const [brief, lasting] = [makeRoot({ notAfter: Date.now() + 400 * DAY }), makeRoot()];
    const { notAfter } = brief.certificate;
    const ca = makeIntermediate(brief);
    const crossed = makeIntermediate(lasting, { subjectDer: ca.subjectDer, key: ca.keys });
    await trustCa(portal, brief, 'root');
    await trustCa(portal, ca, 'intermediate');
    await acceptPartner(portal, portal.pia, makeLeaf(ca));
    vi.useFakeTimers({ toFake: ['Date'], now: notAfter });
    expect(await untrustedOn(await signIn(portal, 'ada'))).toEqual({});
    vi.setSystemTime(notAfter + 1000);
    const ada = await signIn(portal, 'ada');
    expect(await untrustedOn(ada)).toEqual({ '/partners': '1 untrusted' });
    const later = { ...portal, ada };
    await trustCa(later, lasting, 'root');
    await trustCa(later, crossed, 'intermediate');
    expect(await untrustedOn(ada)).toEqual({});
    expect(await idsIn(ada, '/partners?status=untrusted')).toEqual([]);
  });
});
