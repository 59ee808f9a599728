import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isStorageFailure } from '../../src/db/index.ts';
import { isSignedIn, MINUTE, pass, stopClock } from '../accounts/support.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';
import { signIn } from '../support/workflow.ts';

afterEach(() => {
  vi.useRealTimers();
});

const withCode = (code: string, cause?: Error) => Object.assign(new Error(code, { cause }), { code });

describe('a fault of the disk is told from others', () => {
  it.each([
    'SQLITE_FULL',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_IOERR_FSYNC',
    'SQLITE_CANTOPEN',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'ENOSPC',
    'EROFS',
    'EDQUOT',
    'EIO',
  ])('%s, also inside another error', (code) => {
    expect(isStorageFailure(withCode(code))).toBe(true);
    expect(isStorageFailure(new Error('Failed query', { cause: new Error('again', { cause: withCode(code) }) }))).toBe(
      true,
    );
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CORRUPT', 'SQLITE_BUSYBODY', 'SQLITE_FULLER', 'ENOENT', ''])(
    'not %s',
    (code) => {
      expect(isStorageFailure(withCode(code))).toBe(false);
    },
  );

  it('nor what is no error', () => {
    expect([undefined, null, 'SQLITE_FULL', { code: 'SQLITE_FULL' }].map(isStorageFailure)).toEqual(
      Array(4).fill(false),
    );
  });
});

/** As on a full disk: the file grows no more. */
function fill({ db }: Portal): () => void {
  const { $client } = db;
  const most = $client.pragma('max_page_count', { simple: true }) as number;
  $client.exec('CREATE TABLE ballast (bytes BLOB)');
  $client.pragma(`max_page_count = ${$client.pragma('page_count', { simple: true })}`);
  // What is free inside the file would still take some rows.
  try {
    for (;;) $client.exec('INSERT INTO ballast VALUES (zeroblob(2000))');
  } catch {
    return () => $client.pragma(`max_page_count = ${most}`);
  }
}

/** As on a disk that was made read-only. */
function makeReadOnly({ db }: Portal): () => void {
  db.$client.pragma('query_only = ON');
  return () => db.$client.pragma('query_only = OFF');
}

/** As while another program writes for longer than is waited for. */
function hold({ db }: Portal): () => void {
  const { $client } = db;
  $client.pragma('busy_timeout = 1');
  const other = new Database($client.name);
  other.exec('BEGIN IMMEDIATE');
  return () => other.close();
}

function expectPlain503(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.text('h1')).toBe('Not available now');
  expect(answer.text()).toContain('Nothing was changed.');
  expect(answer.body).not.toMatch(/SQLITE|database|node_modules|\.ts:\d/);
}

const addLongAdmins = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    firstName: 'F'.repeat(60),
    lastName: 'L'.repeat(60),
    email: `admin${index}@authority.example`,
    username: `admin${index}`,
    password: 'a long pass phrase 8',
    confirmPassword: 'a long pass phrase 8',
  }));

describe.each([
  ['is full', fill],
  ['cannot be written', makeReadOnly],
  ['is held by another program', hold],
])('while the disk %s', (_, spoil) => {
  it('changes are refused by 503 and leave nothing, pages can be read, and all goes on afterwards', async () => {
    const portal = await openPortal({}, 'on disk');
    const { ada, guest, db } = portal;
    const count = db.$client.prepare('SELECT count(*) FROM accounts').pluck();
    const before = count.get() as number;
    const repair = spoil(portal);
    let added = 0;
    let refused: Answer | undefined;
    for (const form of addLongAdmins(5)) {
      const answer = await ada.post('/admins', form);
      if (answer.status === 303) added += 1;
      else refused ??= answer;
    }
    if (refused === undefined) throw new Error('nothing was refused');
    expectPlain503(refused);
    expect(count.get()).toBe(before + added);
    for (const path of ['/', '/chips', '/admins', '/audit']) expect((await ada.get(path)).status, path).toBe(200);
    expect((await guest.get('/login')).status).toBe(200);
    repair();
    const [form] = addLongAdmins(1);
    expect((await ada.post('/admins', { ...form, email: 'new@authority.example', username: 'new' })).status).toBe(303);
  });
});

it('a session that cannot be prolonged still reads, until its end', async () => {
  const portal = await openPortal({ PMP_SESSION_IDLE_MINUTES: '30' });
  stopClock();
  const ada = await signIn(portal, 'ada');
  makeReadOnly(portal);
  for (const minutes of [2, 20]) {
    pass(minutes * MINUTE);
    expect(await isSignedIn(ada)).toBe(true);
  }
  pass(9 * MINUTE);
  expect(await isSignedIn(ada)).toBe(false);
});

it.each([
  ['cannot be written', makeReadOnly],
  ['is held by another program', hold],
])(
  'an attempt that is refused anyway is refused the same way while the disk %s, without a row in the trail',
  async (_, spoil) => {
    const portal = await openPortal({}, 'on disk');
    const repair = spoil(portal);
    const before = portal.trail().length;
    const answer = await portal.ada.post('/admins', {}, { 'accept-encoding': 'gzip' });
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(portal.trail()).toHaveLength(before);
    repair();
  },
);
