import { afterEach, expect, vi } from 'vitest';
import { PASSWORD, type Portal } from '../support/portal.ts';
import type { Answer, Form, Visitor } from '../support/visitor.ts';

export { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/durations.ts';

/** Another password that breaks no rule. */
export const NEW_PASSWORD = 'quite another phrase 8';

afterEach(() => {
  vi.useRealTimers();
});

/** Stops the clock, now or at an instant (UTC ms); it starts again after the test. Timers go on. */
export function stopClock(at = Date.now()): number {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(at);
  return at;
}

/** Moves the stopped clock on. */
export function pass(milliseconds: number): void {
  if (!vi.isFakeTimers()) stopClock();
  vi.setSystemTime(Date.now() + milliseconds);
}

/**
 * Expects a form to be refused: 422, exactly these reasons in this order as `field CODE` (or only the code), each named in the
 * summary and told beside its field, and no password in the page.
 */
export function expectFormRefused(answer: Answer, reasons: readonly string[], ...wording: readonly string[]): void {
  const parts = reasons.map((reason) => reason.split(' '));
  expect({ status: answer.status, codes: answer.codes }).toEqual({
    status: 422,
    codes: parts.map((part) => part.at(-1)),
  });
  for (const [field, code] of parts) {
    if (code !== undefined) expect(answer.text(`#${field}-reason`), `the reason beside ${field}`).not.toBe('');
  }
  const summary = answer.text('[role=alert]');
  for (const text of [...answer.codes, ...wording]) expect(summary).toContain(text);
  // As a word: the random text that names a refused form can hold these letters.
  expect(answer.body).not.toMatch(/\{\{|undefined|\[object|\bNaN\b/);
  expectNoPassword(answer);
}

/** Expects that every password is typed unseen, that no such field has a value, and that the passwords of the tests stand nowhere in the answer. */
export function expectNoPassword(answer: Answer): void {
  expect(answer.$('input[name=password], input[name$=Password]').not('[type=password]')).toHaveLength(0);
  expect(answer.$('input[type=password][value]')).toHaveLength(0);
  for (const password of [PASSWORD, NEW_PASSWORD]) expect(answer.body).not.toContain(password);
}

/** Expects a redirect, and that htmx would be told of it by 204 and `HX-Redirect`. */
export function expectRedirect(answer: Answer, path: string, status: 303 | 204 = 303): void {
  expect({ status: answer.status, location: answer.location }).toEqual({ status, location: path });
  expect(answer.headers[status === 303 ? 'location' : 'hx-redirect']).toBe(path);
  if (status === 204) expect(answer.body).toBe('');
}

/** The path of the link in the newest mail, with its token. */
export function linkIn(portal: Pick<Portal, 'mails'>): string {
  const mail = portal.mails().at(-1) ?? '';
  const link = /^http:\/\/\S+$/m.exec(mail)?.[0] ?? '';
  return link === '' ? '' : new URL(link).pathname + new URL(link).search;
}

/** Waits, turn by turn, until so many mails were sent; mails may be sent after the answer. The clock may stand still meanwhile. */
export async function arrival(portal: Pick<Portal, 'mails'>, count: number): Promise<void> {
  for (let turn = 0; turn < 100 && portal.mails().length < count; turn += 1) await new Promise(setImmediate);
  expect(portal.mails()).toHaveLength(count);
}

/** Asks for a link for a new password and waits for the mail, which is sent after the answer. Returns the link's path. */
export async function askForReset(portal: Portal, email: string): Promise<string> {
  const before = portal.mails().length;
  const answer = await portal.visitor().post('/forgot-password', { email });
  expect(answer.status).toBe(303);
  await arrival(portal, before + 1);
  return linkIn(portal);
}

/** Whether somebody can sign in with this password. */
export async function canSignIn(portal: Portal, identifier: string, password: string): Promise<boolean> {
  return (await portal.visitor().post('/login', { identifier, password })).status === 303;
}

/** Whether a browser is signed in. */
export async function isSignedIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get('/profile')).status === 200;
}

/** A form with some fields changed; undefined leaves a field out. */
export function changed(form: Form, changes: Readonly<Record<string, string | readonly string[] | undefined>>): Form {
  const entries = Object.entries({ ...form, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** One column of one account, as it is in the database. */
export function accountColumn(portal: Pick<Portal, 'db'>, username: string, column: string): unknown {
  return portal.db.$client.prepare(`SELECT ${column} FROM accounts WHERE username = ?`).pluck().get(username);
}
