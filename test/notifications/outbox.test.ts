import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/lib/durations.ts';
import type { Mail } from '../../src/mail/index.ts';
import { forgetSentMails, pauseAfter, sendMails } from '../../src/notifications/mails/outbox.ts';
import { insertOutboxMail } from '../../src/notifications/mails/store.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { kindsTold, outbox } from './support.ts';

const NOW = Date.parse('2028-03-10T12:00:00Z');

let portal: Portal;
let sent: Mail[];
let logged: [level: string, message: string, facts: object][];
/** Addresses whose mail the server does not take. */
let refused: Set<string>;

beforeEach(async () => {
  portal = await openPortal();
  sent = [];
  logged = [];
  refused = new Set();
});

const queue = (username: string, subject = 'Hello', at = NOW) =>
  insertOutboxMail(portal.db, { accountId: portal.idOf(username), subject, text: `To ${username}`, at });

function send(at: number, stopping?: AbortSignal): Promise<void> {
  const note = (level: string) => (facts: object, message: string) => void logged.push([level, message, facts]);
  const sendMail = async (mail: Mail) => {
    if (refused.has(mail.to)) throw new Error('550 no such mailbox');
    sent.push(mail);
  };
  const log = { error: note('error'), warn: note('warn') } as Parameters<typeof sendMails>[0]['log'];
  return sendMails({ db: portal.db, sendMail, timeZone: 'UTC', log }, at, stopping);
}

describe('a mail', () => {
  it('goes to the address of the account, once, and is noted as sent', async () => {
    queue('pia');
    await send(NOW);
    expect(sent).toEqual([{ to: 'pia@acme.example', subject: 'Hello', text: 'To pia', id: expect.any(String) }]);
    expect(outbox(portal)[0]).toMatchObject({ attempts: 1, sent_at: NOW, next_attempt_at: null, last_error: null });
    await send(NOW + DAY);
    expect(sent).toHaveLength(1);
  });

  it('is not sent before its time', async () => {
    queue('pia');
    await send(NOW - 1);
    expect(sent).toEqual([]);
  });

  it('goes to the address that the account has by then', async () => {
    queue('pia');
    portal.db.$client.exec("UPDATE accounts SET email = 'new@acme.example' WHERE username = 'pia'");
    await send(NOW);
    expect(sent[0]?.to).toBe('new@acme.example');
  });

  it('to an admin who was deactivated is not sent; one to a deactivated partner is', async () => {
    for (const username of ['ada', 'pia']) {
      queue(username);
      portal.db.$client
        .prepare("INSERT INTO account_deactivations (account_id, at, by, reason) VALUES (?, 1, ?, 'left')")
        .run(portal.idOf(username), portal.idOf('ada'));
    }
    await send(NOW);
    expect(sent.map(({ to }) => to)).toEqual(['pia@acme.example']);
    expect(outbox(portal)[0]).toMatchObject({ next_attempt_at: null, sent_at: null });
    expect(logged).toEqual([]);
  });

  it('has the same message id at every attempt, and another mail has another', async () => {
    const ids: (string | undefined)[] = [];
    queue('pia');
    queue('otto');
    const sendMail = async ({ id }: Mail) => {
      ids.push(id);
      throw new Error('down');
    };
    const log = { error: () => undefined, warn: () => undefined } as unknown as Parameters<typeof sendMails>[0]['log'];
    for (const at of [NOW, NOW + HOUR]) await sendMails({ db: portal.db, sendMail, timeZone: 'UTC', log }, at);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a mail that fails', () => {
  it('stops no other, before or behind it', async () => {
    refused.add('pia@acme.example');
    for (const username of ['ada', 'pia', 'otto']) queue(username);
    await send(NOW);
    expect(sent.map(({ to }) => to).sort()).toEqual(['ada@authority.example', 'otto@nordic.example']);
    expect(outbox(portal)[1]).toMatchObject({ attempts: 1, sent_at: null, last_error: '550 no such mailbox' });
    expect(logged.map(([level]) => level)).toEqual(['warn']);
    expect(JSON.stringify(logged)).not.toContain('To pia');
  });

  it('that never answers holds up no other', async () => {
    for (const username of ['pia', 'ada', 'otto', 'ada', 'otto']) queue(username);
    const { promise: never, resolve } = Promise.withResolvers<void>();
    const taken: string[] = [];
    const sendMail = ({ to }: Mail) => (to.startsWith('pia') ? never : Promise.resolve(void taken.push(to)));
    const log = { error: () => undefined, warn: () => undefined } as unknown as Parameters<typeof sendMails>[0]['log'];
    const sending = sendMails({ db: portal.db, sendMail, timeZone: 'UTC', log }, NOW);
    await expect.poll(() => taken).toHaveLength(4);
    resolve();
    await sending;
    expect(outbox(portal).every(({ sent_at }) => sent_at === NOW)).toBe(true);
  });

  it('is tried again after pauses that grow, exactly when they are over', async () => {
    refused.add('pia@acme.example');
    queue('pia');
    let at = NOW;
    for (const pause of [MINUTE, 4 * MINUTE, 16 * MINUTE, 64 * MINUTE, 256 * MINUTE, 12 * HOUR, 12 * HOUR]) {
      await send(at);
      const [mail] = outbox(portal);
      expect(mail?.next_attempt_at).toBe(at + pause);
      await send(at + pause - 1);
      expect(outbox(portal)[0]?.attempts).toBe(mail?.attempts);
      at += pause;
    }
    refused.clear();
    await send(at);
    expect(sent).toHaveLength(1);
    expect(outbox(portal)[0]).toMatchObject({ attempts: 8, sent_at: at, last_error: null });
  });

  it('is given up after four days: kept, logged, and the admins are told, once a day and not by mail', async () => {
    refused.add('pia@acme.example');
    queue('pia', 'one');
    queue('pia', 'two');
    let last = NOW;
    for (let at = NOW; outbox(portal).some((mail) => mail.next_attempt_at !== null); at += HOUR) {
      await send(at);
      last = at;
      if (at > NOW + 10 * DAY) break;
    }
    expect(last).toBeGreaterThan(NOW + 3 * DAY);
    expect(last).toBeLessThanOrEqual(NOW + 4 * DAY);
    expect(outbox(portal).map((mail) => [mail.subject, mail.sent_at, mail.next_attempt_at])).toEqual([
      ['one', null, null],
      ['two', null, null],
    ]);
    expect(logged.filter(([level]) => level === 'error')).toHaveLength(2);
    expect(kindsTold(portal, 'ada')).toEqual(['mails-given-up']);
    expect(kindsTold(portal, 'pia')).toEqual([]);
    const page = await portal.ada.get('/notifications');
    expect(page.text('tr[data-id]')).toContain('It said: 550 no such mailbox');
    expect(outbox(portal)).toHaveLength(2);
    refused.clear();
    await send(last + 10 * DAY);
    expect(sent).toEqual([]);
  });
});

it('grows its pauses to half a day', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => pauseAfter(attempts) / MINUTE)).toEqual([
    1, 4, 16, 64, 256, 720, 720, 720,
  ]);
});

it('sends more than one batch in one run, and ends between two mails when the portal closes', async () => {
  for (let count = 0; count < 250; count += 1) queue('pia', String(count));
  const stop = new AbortController();
  stop.abort();
  await send(NOW, stop.signal);
  expect(sent).toEqual([]);
  await send(NOW);
  expect(new Set(sent.map(({ subject }) => subject)).size).toBe(250);
  expect(sent).toHaveLength(250);
});

it('keeps what was sent for 30 days, and what was given up for good', async () => {
  queue('pia', 'sent');
  await send(NOW);
  refused.add('otto@nordic.example');
  queue('otto', 'given up', NOW - 5 * DAY);
  await send(NOW);
  forgetSentMails(portal.db, NOW + 30 * DAY);
  expect(outbox(portal).map(({ subject }) => subject)).toEqual(['sent', 'given up']);
  forgetSentMails(portal.db, NOW + 30 * DAY + 1);
  expect(outbox(portal).map(({ subject }) => subject)).toEqual(['given up']);
});
