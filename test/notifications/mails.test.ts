import { describe, expect, it, test } from 'vitest';
import { DAY } from '../../src/lib/durations.ts';
import { composeMails } from '../../src/notifications/mails/compose.ts';
import { approve, chipIn, openChipPortal, reject, submitChip } from '../chips/support.ts';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import { addCa, mailParts, mailsOf, outbox, remind, setEnd, toldTo } from './support.ts';

const speak = ({ db, idOf }: Portal, username: string, language: string) =>
  db.$client.prepare('UPDATE accounts SET language = ? WHERE id = ?').run(language, idOf(username));

describe('a decision', () => {
  it('is a mail of its own: what happened, why, where to go, what the portal is, how to change the language', async () => {
    const portal = await openChipPortal();
    await reject(portal, await submitChip(portal), 'wrong\n\nchip');
    const [mail, ...others] = await mailsOf(portal);
    expect(others.filter(({ username }) => username === 'pia')).toEqual([]);
    expect(mail).toMatchObject({
      username: 'pia',
      subject: 'Your chip Acme X1 was rejected.',
      attempts: 0,
      sent_at: null,
    });
    const url = portal.config.mailUrl;
    expect(mail?.text.split('\n')).toEqual([
      'Hello Pia,',
      '',
      'Your chip Acme X1 was rejected.',
      'Reason: wrong chip',
      'Add the chip again:',
      `${url}/chips/new?make=Acme&model=X1`,
      '',
      'All notifications:',
      `${url}/notifications`,
      '',
      '-- ',
      expect.stringContaining('The Partner Management Portal decides'),
      'You can choose the language of these mails in your profile:',
      `${url}/profile`,
      '',
    ]);
  });

  it('is told by mail once', async () => {
    const portal = await openChipPortal();
    await chipIn(portal, 'approved');
    expect(await mailsOf(portal)).toHaveLength(1);
    expect(await mailsOf(portal)).toEqual([]);
  });

  it('is told with others that were made meanwhile in one mail', async () => {
    const portal = await openChipPortal();
    for (const model of ['X1', 'X2', 'X3']) await chipIn(portal, 'approved', model);
    const mails = await mailsOf(portal);
    expect(mails.map(({ subject }) => subject)).toEqual(['3 notifications']);
    for (const model of ['X1', 'X2', 'X3']) expect(mails[0]?.text).toContain(`Your chip Acme ${model} was approved.`);
  });
});

describe('reminders', () => {
  it('of one person and one run are one mail, however many; the first twenty are named', async () => {
    const portal = await openPortal();
    const end = Date.now() + 9 * DAY;
    for (let count = 1; count <= 30; count += 1) addCa(portal, end, `CN=Root ${count}`);
    await remind(portal, Date.now());
    const mails = await mailsOf(portal);
    expect(mails.map(({ username, subject }) => [username, subject])).toEqual([['ada', '30 notifications']]);
    expect(mails[0]?.text.match(/^The CA certificate CN=Root \d+ ends in 9 days/gm)).toHaveLength(20);
    expect(mails[0]?.text).toContain('And 10 more. All of them:');
    expect(await mailsOf(portal)).toEqual([]);
  });

  it('of more than are noted in one go are one mail all the same', async () => {
    const portal = await openPortal();
    portal.db.$client.exec(`
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
      INSERT INTO notifications (account_id, kind, thing_id, about, search_key, at, mail_due)
        SELECT '${portal.idOf('pia')}', 'chip-approved', 'k' || i, 'M ' || i, 'm ' || i, 1, 'gathered' FROM n`);
    const mails = await mailsOf(portal);
    expect(mails.map(({ subject }) => subject)).toEqual(['2,500 notifications']);
    expect(toldTo(portal).filter(({ mail_due }) => mail_due !== null)).toEqual([]);
  });

  it('name what to do: renew, upload, look', async () => {
    const portal = await openChipPortal();
    const chip = await chipIn(portal, 'approved');
    const certificates = portal.db.$client.prepare('SELECT id FROM certificates').pluck().all() as string[];
    for (const id of certificates) setEnd(portal, 'certificates', id, Date.now() + 9 * DAY);
    await mailsOf(portal);
    await remind(portal, Date.now());
    const [mail] = await mailsOf(portal);
    const lines = mail?.text.split('\n');
    expect(lines).toContain(`${portal.config.mailUrl}/partner-certificate/new`);
    expect(lines).toContain(`${portal.config.mailUrl}${chip}/certificate/new`);
  });
});

describe('waiting decisions', () => {
  it('are gathered: one mail for each admin', async () => {
    const portal = await openChipPortal();
    const first = await submitChip(portal, 'X1');
    await submitChip(portal, 'X2');
    await composeMails(mailParts(portal), 'at-once', Date.now());
    expect(outbox(portal)).toEqual([]);
    const mails = await mailsOf(portal);
    expect(mails.map(({ username, subject }) => [username, subject])).toEqual([['ada', '2 notifications']]);
    expect(mails[0]?.text.split('\n')).toContain(`${portal.config.mailUrl}${first}/decision/new`);
  });

  it('are not told by mail when they were decided, or dismissed, before', async () => {
    const portal = await openChipPortal();
    await approve(portal, await submitChip(portal, 'X1'));
    await submitChip(portal, 'X2');
    await portal.ada.post('/notifications/dismissals');
    expect((await mailsOf(portal)).map(({ username }) => username)).toEqual(['pia']);
    expect(toldTo(portal, 'ada').map(({ mail_due }) => mail_due)).toEqual([null]);
  });
});

test.each([
  ['en', 'Your chip Acme X1 was approved.', /^Hello Pia,$/m],
  ['fr', 'Votre puce Acme X1 a été approuvée.', /^Bonjour Pia,$/m],
  ['ar', 'تم اعتماد رقاقتك \u2068Acme X1\u2069.', /^مرحبًا \u2068Pia\u2069،$/m],
])('a mail in %s is in the language of its reader', async (language, subject, greeting) => {
  const portal = await openChipPortal();
  speak(portal, 'pia', language);
  await chipIn(portal, 'approved');
  const [mail] = await mailsOf(portal);
  expect(mail?.subject).toBe(subject);
  expect(mail?.text).toMatch(greeting);
  const urls = mail?.text.match(/^.*https?:.*$/gm);
  expect(urls).toHaveLength(3);
  for (const url of urls ?? []) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/[!-~]*$/);
  expect(mail?.text).not.toMatch(/\{\{|undefined|\[object|NaN/);
});

it('links carry PMP_PUBLIC_URL', async () => {
  const portal = await openPortal({ PMP_PUBLIC_URL: 'https://pmp.example.org' });
  addCa(portal, Date.now() + DAY);
  await remind(portal, Date.now());
  const [mail] = await mailsOf(portal);
  expect(mail?.text.split('\n')).toContain('https://pmp.example.org/notifications');
  expect(mail?.text).not.toContain('127.0.0.1');
});

it('nothing goes to an admin who was deactivated meanwhile', async () => {
  const portal = await openPortal();
  addCa(portal, Date.now() + DAY);
  await remind(portal, Date.now());
  portal.db.$client
    .prepare("INSERT INTO account_deactivations (account_id, at, by, reason) VALUES (?, 1, ?, 'left')")
    .run(portal.idOf('ada'), portal.idOf('ada'));
  expect(await mailsOf(portal)).toEqual([]);
  expect(toldTo(portal).map(({ mail_due }) => mail_due)).toEqual([null]);
});

it('a mail that cannot be composed is logged and tried again, and stops no other', async () => {
  const portal = await openChipPortal();
  await chipIn(portal, 'approved', 'X1');
  const tell = portal.db.$client.prepare(
    `INSERT INTO notifications (account_id, kind, thing_id, about, search_key, at, mail_due) VALUES (?, 'chip-approved', 'k', ?, '', 1, 'at-once')`,
  );
  tell.run(portal.idOf('otto'), 'M 1');
  portal.db.$client.exec(
    `CREATE TRIGGER full BEFORE INSERT ON outbox_mails WHEN NEW.account_id = '${portal.idOf('pia')}' BEGIN SELECT RAISE(ABORT, 'no') ; END`,
  );
  const logged: unknown[] = [];
  await composeMails(mailParts(portal, logged), 'at-once', Date.now());
  expect(outbox(portal).map(({ username }) => username)).toEqual(['otto']);
  expect(logged).toHaveLength(1);
  portal.db.$client.exec('DROP TRIGGER full');
  expect((await mailsOf(portal)).map(({ username }) => username)).toEqual(['pia']);
});

it('no mail that carries a token is ever queued', async () => {
  const portal = await openChipPortal();
  await portal.guest.post('/forgot-password', { email: 'pia@acme.example' });
  await portal.pia.post('/profile/email', { email: 'new@acme.example', currentPassword: PASSWORD });
  await chipIn(portal, 'rejected');
  await submitChip(portal, 'X2');
  addCa(portal, Date.now() + DAY);
  await remind(portal, Date.now());
  await mailsOf(portal);
  expect(outbox(portal)).toHaveLength(2);
  for (const { subject, text } of outbox(portal))
    expect(subject + text).not.toMatch(/token|reset-password|confirmation/i);
  await expect.poll(() => portal.mails().filter((mail) => mail.includes('token='))).toHaveLength(2);
});
