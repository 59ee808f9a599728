import { describe, expect, it, test } from 'vitest';
import type { Sqlite } from '../../src/db/index.ts';
import { parseListQuery } from '../../src/lib/paging.ts';
import { listDue, listMailsDue } from '../../src/notifications/mails/store.ts';
import { endOfDay, pagesOf, reachedAt } from '../../src/notifications/reminders/ends.ts';
import {
  countSignedOn,
  countUsedOn,
  tellChipCertificates,
  tellMosipSigned,
  tellPartnerCertificates,
} from '../../src/notifications/reminders/store.ts';
import {
  listAllNotifications,
  listNotifications,
  listUnread,
  NOTIFICATION_FILTERS,
  unreadCounter,
} from '../../src/notifications/store.ts';
import { freshDatabase } from '../support/database.ts';

/** What SQLite would do for every statement that is run meanwhile. */
function plansOf(sqlite: Sqlite, work: () => void): string[] {
  const prepare = sqlite.prepare.bind(sqlite);
  const plans: string[] = [];
  const explain = (source: string, values: unknown[]) =>
    (prepare(`EXPLAIN QUERY PLAN ${source}`).all(...values) as { detail: string }[]).map(({ detail }) => detail);
  sqlite.prepare = ((source: string) => {
    const statement = prepare(source);
    for (const method of ['all', 'get', 'run'] as const) {
      const run = statement[method].bind(statement) as (...values: unknown[]) => unknown;
      Object.assign(statement, {
        [method]: (...values: unknown[]) => {
          plans.push(...explain(source, values));
          return run(...values);
        },
      });
    }
    return statement;
  }) as typeof sqlite.prepare;
  work();
  return plans;
}

/** Reading a whole table, or sorting what was read. The thresholds are constants of the statement. */
const SLOW = /^SCAN (?!\(subquery|13 CONSTANT|0-ROW VALUES|CONSTANT)|TEMP B-TREE FOR ORDER BY/;

const scope = { accountId: 'p', day: () => ({ from: 1, to: 2 }) };

describe('a list of notifications answers from an index', () => {
  test.each([
    ['as it is', {}],
    ['the oldest first', { sort: 'at' }],
    ['by kind', { kind: 'chip-approved' }],
    ['unread', { state: 'unread' }],
    ['dismissed', { state: 'dismissed' }],
    ['by time', { from: '2028-01-01', to: '2028-01-02' }],
    ['by a text', { q: 'acme' }],
    ['on a later page', { page: '7' }],
  ])('%s', (_, query) => {
    const db = freshDatabase();
    const parsed = parseListQuery(query, NOTIFICATION_FILTERS, ['at']);
    const plans = plansOf(db.$client, () => {
      listNotifications(db, parsed, scope);
      Array.from(listAllNotifications(db, parsed, scope));
    });
    expect(plans.join('\n')).toMatch(
      /SEARCH notifications USING .*INDEX notifications_(account|unread) \(account_id=\?/,
    );
    expect(plans.filter((plan) => SLOW.test(plan))).toEqual([]);
  });

  it('so do the bell and the panel', () => {
    const db = freshDatabase();
    const plans = plansOf(db.$client, () => {
      unreadCounter(db)('p');
      listUnread(db, 'p', 6);
    });
    expect(plans.filter((plan) => plan.includes('notifications_unread'))).toHaveLength(2);
    expect(plans.filter((plan) => SLOW.test(plan))).toEqual([]);
  });
});

it('a page of reminders is found from what ends, never by reading a table', () => {
  const db = freshDatabase();
  const at = Date.parse('2028-03-10T12:00:00Z');
  const telling = { at, reached: reachedAt(at, 'UTC') };
  const page = { after: { notAfter: 1, id: '' }, upTo: { notAfter: 2, id: 'z' } };
  const plans = plansOf(db.$client, () => {
    for (const table of ['certificates', 'mosip-signed'] as const)
      Array.from(pagesOf(db, table, { below: endOfDay(at, 'UTC', 30) }));
    tellPartnerCertificates(db, telling, page);
    tellChipCertificates(db, telling, page);
    tellMosipSigned(db, telling, page);
    countUsedOn(db, page);
    countSignedOn(db, page);
  });
  expect(plans.filter((plan) => /certificates_end/.test(plan))).toHaveLength(7);
  expect(plans.filter((plan) => /^SCAN (?!\(subquery|\d+ CONSTANT|0-ROW VALUES)/.test(plan))).toEqual([]);
});

it('what waits to be sent or told by mail is found from an index', () => {
  const db = freshDatabase();
  const plans = plansOf(db.$client, () => {
    listMailsDue(db, 1, 10);
    listDue(db, 'p', 'gathered', 20);
  });
  expect(plans.filter((plan) => SLOW.test(plan))).toEqual([]);
});
