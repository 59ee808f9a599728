import { describe, expect, it } from 'vitest';
import { type CrowdPortal, openCrowd, SOME_CHIPS } from '../support/crowd-portal.ts';
import { freshDatabase } from '../support/database.ts';
import { noteStatements, planOf, slowSteps } from '../support/plans.ts';

/** Every list, with its orders and the values its filters are tried with. */
const LISTS = {
  '/chips': {
    people: ['ada', 'pia'],
    sorts: ['make', 'model', 'created', 'submitted', 'ends', 'status'],
    filters: [
      ...['pending_cert_upload', 'pending_approval', 'approved', 'rejected', 'deactivated', 'untrusted'].map(
        (status) => `status=${status}`,
      ),
      'q=make12',
      'q=acme+ftm',
      'q=a',
      'q=m+1',
      'q=0123456789abcdef0123456789abcdef',
      'make=make1',
      'make=m',
      'model=FTM-12',
      `created=${new Date().toISOString().slice(0, 10)}`,
    ],
  },
  '/chips ': {
    people: ['ada'],
    sorts: ['organization', 'partner'],
    filters: ['organization=nordic', 'organization=no', 'partner=provider-1', 'partner=p'],
  },
  '/partners': {
    people: ['ada'],
    sorts: ['username', 'organization', 'email', 'created', 'status'],
    filters: [
      ...['active', 'no_certificate', 'deactivated', 'untrusted'].map((status) => `status=${status}`),
      'q=provider',
      'q=p',
      'username=provider-1',
      'organization=acme',
      'email=crowd',
    ],
  },
  '/trust-store': {
    people: ['ada'],
    sorts: ['domain', 'issuedTo', 'issuedBy', 'validFrom', 'validTill', 'uploaded', 'status'],
    filters: [
      ...['valid', 'expired', 'retired'].map((status) => `status=${status}`),
      'q=root',
      'q=r',
      'domain=FTM',
      'issuedTo=root',
      'issuedBy=root',
      'validFrom=2026-01-01',
      'validTill=2030-01-01',
      'uploaded=2026-11-24',
    ],
  },
  '/admins': {
    people: ['ada'],
    sorts: ['username', 'name', 'email', 'created', 'status'],
    filters: ['status=active', 'status=deactivated', 'q=ada', 'q=a', 'username=ada', 'name=ada', 'email=authority'],
  },
  '/audit': {
    people: ['ada'],
    sorts: ['at', 'actor', 'action', 'outcome'],
    filters: [
      'q=provider',
      'q=p',
      'actor=provider-1',
      'actor=provider-',
      'thing=chip',
      `thing=${'0'.repeat(32)}`,
      'thing=ftm-12',
      'action=chip.add',
      'outcome=refused',
      'from=2026-06-01',
      'to=2026-06-01',
    ],
  },
} as const;

const ADDRESSES = Object.entries(LISTS).flatMap(([path, { people, sorts, filters }]) =>
  people.flatMap((person) =>
    ['', ...sorts.flatMap((sort) => [`sort=${sort}`, `sort=-${sort}`]), ...filters].map(
      (query) => [person, `${path.trim()}?${query}`] as const,
    ),
  ),
);

/** Of what was asked for an address: the statements that would read a whole table or sort. */
function slowStatements({ db }: CrowdPortal, address: string, statements: Iterable<string>) {
  return [...statements].flatMap((statement) => {
    const steps = slowSteps(planOf(db.$client, statement));
    return steps.length === 0 ? [] : [{ address, statement, steps }];
  });
}

describe('every list, as full as it gets', () => {
  it('is answered from an index: in every order, and with every filter', async () => {
    const portal = await openCrowd(SOME_CHIPS);
    const statements = noteStatements(portal.db.$client);
    const asked: [address: string, statements: string[]][] = [];
    for (const [person, address] of ADDRESSES) {
      statements.clear();
      expect((await portal[person].get(address)).status).toBe(200);
      const lists = [...statements].filter((statement) =>
        /_list"?\b|_search\b|list_counts|audit_entries/.test(statement),
      );
      expect(lists.length).toBeGreaterThan(0);
      asked.push([`${person} ${address}`, [...statements]]);
    }
    const slow = () => asked.flatMap(([address, each]) => slowStatements(portal, address, each));
    expect(slow()).toEqual([]);
    // Nor does it change when SQLite knows how its tables are filled.
    portal.db.$client.exec('ANALYZE');
    expect(slow()).toEqual([]);
  });

  it('would be found out if it were not', () => {
    const { $client: sqlite } = freshDatabase();
    const slow = (statement: string) => slowSteps(planOf(sqlite, statement)).length > 0;
    expect(slow('SELECT id FROM chips WHERE make = ?')).toBe(true);
    expect(slow('SELECT seq FROM chip_list ORDER BY seq DESC LIMIT ?')).toBe(true);
    expect(slow('SELECT seq FROM chip_list WHERE seq > 0 ORDER BY status_at DESC, make_key LIMIT ?')).toBe(true);
    expect(slow('SELECT seq FROM chip_list WHERE seq > 0 ORDER BY seq DESC LIMIT ?')).toBe(false);
  });
});
