import { afterEach, describe, expect, it, vi } from 'vitest';
import { now } from '../../src/lib/clock.ts';
import { DAY } from '../../src/lib/durations.ts';
import { makeIntermediate, makeRoot } from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import type { Visitor } from '../support/visitor.ts';
import { signIn, trustCa } from '../support/workflow.ts';
import { retireInDatabase } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const root = makeRoot();
const brief = makeRoot({ notAfter: now() + 400 * DAY });
const ca = makeIntermediate(root);

async function openStore(): Promise<{ portal: Portal; ids: Record<'root' | 'brief' | 'ca', string> }> {
  const portal = await openPortal();
  const ids = {
    root: await trustCa(portal, root, 'root'),
    brief: await trustCa(portal, brief, 'root'),
    ca: await trustCa(portal, ca, 'intermediate'),
  };
  return { portal, ids };
}

/** Id → mark, of the rows in their order. */
async function marksOf(visitor: Visitor, query: string): Promise<[string, string][]> {
  const list = await visitor.get(`/trust-store?${query}`);
  return list
    .$('tr[data-id]')
    .toArray()
    .map((row) => [list.$(row).attr('data-id') ?? '', list.$(row).find('[data-status]').attr('data-status') ?? '']);
}

describe('GET /trust-store with retired CA certificates', () => {
  it('keeps them in the list, marked, and finds them by status', async () => {
    const { portal, ids } = await openStore();
    retireInDatabase(portal, ids.root);
    const both = [
      [ids.brief, 'valid'],
      [ids.root, 'retired'],
    ];
    expect(await marksOf(portal.ada, 'type=root')).toEqual(both);
    expect(await marksOf(portal.ada, 'type=root&sort=status')).toEqual(both);
    expect(await marksOf(portal.ada, 'type=root&sort=-status')).toEqual(both.toReversed());
    expect(await marksOf(portal.ada, 'type=root&status=retired')).toEqual([[ids.root, 'retired']]);
    expect(await marksOf(portal.ada, 'type=root&status=valid')).toEqual([[ids.brief, 'valid']]);
    const page = await portal.ada.get('/trust-store?type=root');
    expect(page.$('select[name=status] option[value=retired]')).toHaveLength(1);
  });

  it('marks an intermediate whose root is retired as untrusted', async () => {
    const { portal, ids } = await openStore();
    expect(await marksOf(portal.ada, 'type=intermediate')).toEqual([[ids.ca, 'valid']]);
    retireInDatabase(portal, ids.root);
    expect(await marksOf(portal.ada, 'type=intermediate')).toEqual([[ids.ca, 'untrusted']]);
    const page = await portal.ada.get(`/trust-store/${ids.ca}`);
    expect(page.$('main [data-status]').first().attr('data-status')).toBe('untrusted');
  });

  it('says retired of one that has ended besides, and does not count it among the expired', async () => {
    const { portal, ids } = await openStore();
    retireInDatabase(portal, ids.brief);
    vi.useFakeTimers({ toFake: ['Date'], now: now() + 500 * DAY });
    const ada = await signIn(portal, 'ada');
    expect(await marksOf(ada, 'type=root&status=retired')).toEqual([[ids.brief, 'retired']]);
    expect(await marksOf(ada, 'type=root&status=expired')).toEqual([]);
  });

  it('does not count them on the dashboard', async () => {
    const { portal, ids } = await openStore();
    expect((await portal.ada.get('/')).text('a.card[href="/trust-store"]')).toContain('3 certificates in date');
    retireInDatabase(portal, ids.brief);
    vi.useFakeTimers({ toFake: ['Date'], now: now() + 380 * DAY });
    const card = (await (await signIn(portal, 'ada')).get('/')).text('a.card[href="/trust-store"]');
    expect(card).toContain('2 certificates in date');
    expect(card).not.toContain('within 30 days');
  });
});
