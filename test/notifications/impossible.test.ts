import { beforeEach, expect, test } from 'vitest';
import { openPortal, type Portal } from '../support/portal.ts';

// What the tables themselves refuse, whoever writes.

let portal: Portal;
beforeEach(async () => {
  portal = await openPortal();
});

function insert(table: string, row: Readonly<Record<string, string | number | null>>): void {
  const columns = Object.keys(row);
  portal.db.$client
    .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`)
    .run(row);
}

const told = () => ({ account_id: portal.idOf('pia'), thing_id: 'k', about: 'A', search_key: 'a', at: 1 });
const event = () => ({ ...told(), kind: 'chip-approved' });
const reminder = () => ({ ...told(), kind: 'chip-certificate-ends', threshold: 30, ends_at: 2 });
const mail = () => ({ account_id: portal.idOf('pia'), subject: 's', text: 't', created_at: 1, attempts: 0 });

test('rows as they should be are taken', () => {
  insert('notifications', event());
  for (const threshold of [0, 1, 9, 10, 15, 30]) insert('notifications', { ...reminder(), threshold });
  insert('outbox_mails', { ...mail(), next_attempt_at: 1 });
  insert('outbox_mails', { ...mail(), sent_at: 1 });
});

test.each([
  ['an unknown kind', () => ({ ...event(), kind: 'birthday' })],
  ['a reminder without a threshold', () => ({ ...reminder(), threshold: null })],
  ['a reminder without an end', () => ({ ...reminder(), ends_at: null })],
  ['an event with a threshold', () => ({ ...event(), threshold: 30, ends_at: 2 })],
  ['a threshold of 11 days', () => ({ ...reminder(), threshold: 11 })],
  ['a threshold of -1 days', () => ({ ...reminder(), threshold: -1 })],
  ['a threshold of 31 days', () => ({ ...reminder(), threshold: 31 })],
  ['an unknown way of mail', () => ({ ...event(), mail_due: 'soon' })],
])('%s is refused', (_, row) => {
  expect(() => insert('notifications', row())).toThrow(/CHECK/);
});

test('the same telling twice is refused, with and without a threshold', () => {
  for (const row of [event(), reminder()]) {
    insert('notifications', row);
    expect(() => insert('notifications', row)).toThrow(/UNIQUE/);
  }
});

test('a mail that is sent and waits is refused; so is what belongs to nobody', () => {
  expect(() => insert('outbox_mails', { ...mail(), sent_at: 1, next_attempt_at: 1 })).toThrow(/CHECK/);
  expect(() => insert('outbox_mails', { ...mail(), account_id: 'no' })).toThrow(/FOREIGN/);
  expect(() => insert('notifications', { ...event(), account_id: 'no' })).toThrow(/FOREIGN/);
  const summary = { account_id: portal.idOf('ada'), week: '2028-03-06', at: 1 };
  insert('weekly_summaries', summary);
  expect(() => insert('weekly_summaries', summary)).toThrow(/UNIQUE|PRIMARY/);
});
