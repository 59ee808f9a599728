import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/ids.ts';
import { openPortal, REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import { arrival, askForReset, expectFormRefused, expectRedirect } from './support.ts';

const EMAIL = REGISTRATION.email;

/** Lets everything that was put off until after an answer happen. */
const settle = () => new Promise((done) => setImmediate(() => setImmediate(done)));

test('shows the form', async () => {
  const { guest } = await openPortal();
  const page = await guest.get('/forgot-password');
  expect(page.status).toBe(200);
  expect(page.$('form[action="/forgot-password"] [name=email]')).toHaveLength(1);
});

test('sends one mail with the whole link on a line of its own, to the registered address', async () => {
  const portal = await openPortal({ PMP_HOST: '127.0.0.1', PMP_PORT: '3456' });
  const answer = await portal.guest.post('/forgot-password', { email: ' PIA@Acme.example ' });
  expectRedirect(answer, '/login');
  expect((await portal.guest.get('/login')).flash).toBe('reset-link-sent');
  await arrival(portal, 1);
  const [head = '', text = ''] = (portal.mails()[0] ?? '').split('\r\n\r\n', 1).concat(portal.mails()[0] ?? '');
  expect(head).toContain('\r\nTo: pia@acme.example\r\n');
  expect(head).toContain('Content-Type: text/plain; charset=utf-8');
  expect(head).not.toContain('multipart');
  expect(text).toMatch(/^http:\/\/127\.0\.0\.1:3456\/reset-password\?token=[A-Za-z0-9_-]{43}\r?$/m);
  expect(text).toContain('pia');
});

test('the link leads to the public address where there is one', async () => {
  const portal = await openPortal({ PMP_PUBLIC_URL: 'https://pmp.test/' });
  await portal.guest.post('/forgot-password', { email: EMAIL }, { origin: 'https://pmp.test' });
  await arrival(portal, 1);
  expect(portal.mails()[0]).toMatch(/^https:\/\/pmp\.test\/reset-password\?token=[A-Za-z0-9_-]{43}\r?$/m);
});

test('keeps only the hash of the token, and the mail for nobody else to read', async () => {
  const portal = await openPortal();
  const token = (await askForReset(portal, EMAIL)).split('=')[1] ?? '';
  const hashes = portal.db.$client.prepare("SELECT token_hash FROM account_links WHERE purpose = 'password-reset'");
  expect(hashes.pluck().all()).toEqual([sha256Hex(token)]);
  expect(portal.db.$client.serialize().includes(token)).toBe(false);
  expect(statSync(join(portal.dataDir, 'outbox')).mode & 0o777).toBe(0o700);
});

test.each([
  ['an unknown address', 'nobody@acme.example'],
  ["a deactivated admin's address", 'ada@authority.example'],
])('answers the same to %s, and sends nothing', async (_, email) => {
  const portal = await openPortal();
  const known = await portal.visitor().post('/forgot-password', { email: EMAIL });
  await arrival(portal, 1);
  deactivate(portal, 'ada');
  const rows = portal.trail().length;
  const unknown = await portal.guest.post('/forgot-password', { email });
  await settle();
  const telling = ({ date: _date, 'x-request-id': _id, ...headers }: typeof known.headers) => headers;
  expect({ ...unknown, headers: telling(unknown.headers) }).toEqual({ ...known, headers: telling(known.headers) });
  expect(portal.mails()).toHaveLength(1);
  expect(portal.trail()).toHaveLength(rows);
});

test('again: a new link, and the first one is dead', async () => {
  const portal = await openPortal();
  const first = await askForReset(portal, EMAIL);
  const second = await askForReset(portal, EMAIL);
  expect((await portal.guest.get(first)).status).toBe(410);
  expect((await portal.guest.get(second)).status).toBe(200);
});

test('a deactivated partner gets a link, since it may change its password', async () => {
  const portal = await openPortal();
  deactivate(portal, 'pia');
  expect(await askForReset(portal, EMAIL)).toMatch(/^\/reset-password\?token=/);
});

test.each([
  ['nothing', undefined, 'PMP-FV-001', 'must be filled in'],
  ['no address', 'pia', 'PMP-FV-003', 'name@organisation.example'],
  ['a header of its own', 'pia@acme.example\r\nBcc: a@b.example', 'PMP-FV-003', 'name@organisation.example'],
])('refuses %s', async (_, email, code, wording) => {
  const portal = await openPortal();
  const answer = await portal.guest.post('/forgot-password', email === undefined ? {} : { email });
  expectFormRefused(answer, [`email ${code}`], wording);
  if (email === 'pia') expect(answer.$('[name=email]').attr('value')).toBe('pia');
  await settle();
  expect(portal.mails()).toEqual([]);
});

test('tells htmx to go on', async () => {
  const { guest } = await openPortal();
  expectRedirect(await guest.post('/forgot-password', { email: 'x@y.example' }, HTMX), '/login', 204);
});

test('is written down, without the token', async () => {
  const portal = await openPortal();
  const link = await askForReset(portal, EMAIL);
  expect(portal.trail().at(-1)).toMatchObject({ action: 'password.request-link', actor: 'pia', outcome: 'done' });
  expect(JSON.stringify(portal.trail())).not.toContain(link.split('=')[1]);
});

test('one address may ask ten times a minute; PMP_RATE_LIMIT=0 lifts that', async () => {
  const limited = await openPortal({ PMP_RATE_LIMIT: '600' });
  const ask = () => limited.visitor().post('/forgot-password', { email: 'nobody@acme.example' });
  for (let i = 0; i < 10; i += 1) expect((await ask()).status).toBe(303);
  const refused = await ask();
  expect({ status: refused.status, codes: refused.codes }).toEqual({ status: 429, codes: ['PMP-AU-002'] });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const free = await openPortal();
  for (let i = 0; i < 12; i += 1)
    expect((await free.guest.post('/forgot-password', { email: 'nobody@acme.example' })).status).toBe(303);
});

test('a mail that cannot be sent changes nothing in the answer and brings nothing down', async () => {
  const portal = await openPortal();
  writeFileSync(join(portal.dataDir, 'outbox'), 'a file where the folder should be');
  expectRedirect(await portal.guest.post('/forgot-password', { email: EMAIL }), '/login');
  await settle();
  expect((await portal.guest.get('/login')).flash).toBe('reset-link-sent');
});

test('closing the portal waits for a mail under way', async () => {
  const portal = await openPortal();
  await portal.guest.post('/forgot-password', { email: EMAIL });
  await portal.app.close();
  expect(portal.mails()).toHaveLength(1);
});
