import { expect, test } from 'vitest';
import { openPortal, type Portal, REGISTRATION } from '../support/portal.ts';
import type { Answer } from '../support/visitor.ts';
import { changed, expectFormRefused } from './support.ts';

// Each rule of a field (rules 7), at both sides of its boundary, by the real form.

const ANNA = { ...REGISTRATION, email: 'anna@chips.example', username: 'anna' };

function register(portal: Portal, changes: Record<string, string | undefined>): Promise<Answer> {
  return portal.visitor().post('/register', changed(ANNA, changes));
}

const characters = (count: number) => '字'.repeat(count);
const emailOf = (length: number) => `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(length - 193)}`;

const ACCEPTED: [string, string][] = [
  ['firstName', 'A'],
  ['firstName', characters(128)],
  ['firstName', '𠮷'.repeat(128)],
  ['lastName', "D'Arcy-O’Neil <b>"],
  ['lastName', characters(128)],
  ['organization', characters(128)],
  ['address', characters(2000)],
  ['address', 'a\r\nb\tc'],
  ['phone', '1'],
  ['phone', '+91 (80) 1234-56'],
  ['email', emailOf(254)],
  ['email', `${'a'.repeat(64)}@b.example`],
  ['email', 'a.b+c_d@sub.domain.example'],
  ['email', 'rené@bücher.example'],
  ['email', 'a@उदाहरण.परीक्षा'],
  ['username', 'A'],
  ['username', 'aZ0._-'.repeat(6)],
];

test.each(ACCEPTED)('%s takes %j', async (field, value) => {
  const answer = await register(await openPortal(), { [field]: value });
  expect(answer.codes).toEqual([]);
  expect(answer.status).toBe(303);
});

const REFUSED: [string, string, string, string][] = [
  ['partnerType', 'AUTH_PARTNER', 'PMP-FV-003', 'cannot be used'],
  ['firstName', ' \t\u00a0 ', 'PMP-FV-001', 'must be filled in'],
  ['firstName', characters(129), 'PMP-FV-002', '129 characters; at most 128'],
  ['firstName', 'A\0B', 'PMP-FV-003', 'cannot be used'],
  ['firstName', 'A\u0007', 'PMP-FV-003', 'cannot be used'],
  ['lastName', characters(129), 'PMP-FV-002', '129 characters; at most 128'],
  ['organization', characters(129), 'PMP-FV-002', '129 characters; at most 128'],
  ['address', characters(2001), 'PMP-FV-002', '2001 characters; at most 2000'],
  ['address', 'a\u001b[31mb', 'PMP-FV-003', 'cannot be used'],
  ['phone', '12345678901234567', 'PMP-FV-002', '17 characters; at most 16'],
  ['phone', '+49 30/1234', 'PMP-FV-003', 'Use digits, spaces and the signs'],
  ['phone', '١٢٣', 'PMP-FV-003', 'Use digits, spaces and the signs'],
  ['email', 'anna', 'PMP-FV-003', 'name@organisation.example'],
  ['email', '@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@chips..example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@-chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@chips-.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@chips.example.', 'PMP-FV-003', 'name@organisation.example'],
  ['email', '.anna@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'an..na@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna.@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'an na@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'a@b@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@chips.example, otto@nordic.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'Anna <anna@chips.example>', 'PMP-FV-003', 'name@organisation.example'],
  ['email', 'anna@chips.example\r\nBcc: all@chips.example', 'PMP-FV-003', 'name@organisation.example'],
  ['email', `${'a'.repeat(65)}@b.example`, 'PMP-FV-003', 'name@organisation.example'],
  ['email', `a@${'b'.repeat(64)}.example`, 'PMP-FV-003', 'name@organisation.example'],
  ['email', emailOf(255), 'PMP-FV-002', '255 characters; at most 254'],
  ['username', 'a'.repeat(37), 'PMS_PRT_052', '37 characters; at most 36'],
  ['username', 'an na', 'PMS_PRT_066', 'without spaces'],
  ['username', 'änna', 'PMS_PRT_066', 'letters A to Z'],
  ['username', 'anna@chips', 'PMS_PRT_066', 'letters A to Z'],
  ['username', 'anna\u0000', 'PMS_PRT_066', 'letters A to Z'],
  ['language', 'de', 'PMP-FV-003', 'cannot be used'],
];

test.each(REFUSED)('%s refuses %j', async (field, value, code, wording) => {
  const portal = await openPortal();
  const answer = await register(portal, { [field]: value });
  expectFormRefused(answer, [`${field} ${code}`], wording);
  expect(portal.idOf('anna')).toBe('');
  const kept = answer.$(`[name=${field}]`);
  if (['firstName', 'phone', 'username'].includes(field) && !/\p{Cc}/u.test(value)) expect(kept.val()).toBe(value);
});

const TOO_COMMON = 'It is one of those that are tried first';
const IS_NAME = 'It is the same as the username or the e-mail address.';
const KNOWN_WORDS = 'It is made of your own names and of words of this portal';
const LONG_NAME = 'anna-of-the-chips';
const PASSWORDS: [string, Record<string, string>, string[], string][] = [
  ['of 11 characters', { password: 'elevenchars' }, ['password PMP-FV-002'], 'This has 11 characters; at least 12'],
  ['of 11 characters, each two units', { password: '𠮷'.repeat(11) }, ['password PMP-FV-002'], '11 characters'],
  ['of 129 characters', { password: `${'ab'.repeat(64)}c` }, ['password PMP-FV-002'], '129 characters; at most 128'],
  ['that is common', { password: 'qwertyuiop123' }, ['password PMP-AU-003'], TOO_COMMON],
  ['that is common, in another case', { password: 'QWERTYUIOP123' }, ['password PMP-AU-003'], TOO_COMMON],
  ['that repeats a common one', { password: 'passwordpassword' }, ['password PMP-AU-003'], TOO_COMMON],
  ['of one character', { password: 'a'.repeat(12) }, ['password PMP-AU-003'], TOO_COMMON],
  ['that is the username', { password: LONG_NAME, username: LONG_NAME }, ['password PMP-AU-003'], IS_NAME],
  ['that is the e-mail', { password: 'ANNA@chips.example' }, ['password PMP-AU-003'], IS_NAME],
];

test.each(PASSWORDS)('refuses a password %s', async (_, changes, reasons, wording) => {
  const answer = await register(await openPortal(), { confirmPassword: changes.password, ...changes });
  expectFormRefused(answer, reasons, wording);
  expect(answer.$('[name=password]').attr('value')).toBeUndefined();
});

test.each([
  ['the name of the product', 'Partner-Portal-2026'],
  ['a name of the product and three letters', 'mosip 2026 2026 abc'],
  ['the organisation', 'ACME Chips Ltd 2026!'],
  ['the username', 'karen.karen.2026'],
  ['parts of the e-mail', 'a.karenin at Silicon 9'],
  ['such words in another spelling', 'P@rtn3rP0rt4l!'],
])('refuses a password made of %s', async (_, password) => {
  const names = { firstName: 'Anna', email: 'anna.karenin@silicon.example', username: 'karen' };
  const answer = await register(await openPortal(), { ...names, password, confirmPassword: password });
  expectFormRefused(answer, ['password PMP-AU-003'], KNOWN_WORDS);
});

test.each([
  ['12 characters', 'twelve chars'],
  ['128 characters', 'twelve characters of any kind at all'.padEnd(128, '-+')],
  ['any script, with spaces at its ends', ' पासवर्ड बहुत लंबा है '],
  ['no letters at all', '¿¡«»‽§¶†‡•…‰'],
  ['a name of the product and four letters', 'mosip 2026 2026 abcd'],
  ['words for what is done here', 'Partner-Admin-2026'],
  ['first and last name', 'anna.rao.anna.rao'],
  ['a phrase about the portal', 'try the portal 2026'],
])('takes a password of %s', async (_, password) => {
  const portal = await openPortal();
  expect((await register(portal, { password, confirmPassword: password })).status).toBe(303);
  const signIn = (typed: string) => portal.visitor().post('/login', { identifier: 'anna', password: typed });
  expect((await signIn(password)).status).toBe(303);
  expect((await signIn(password.normalize('NFD'))).status).toBe(303);
  expect((await signIn(`${password}.`)).status).toBe(422);
});

test('refuses a repetition that differs, and tells it together with a weak password', async () => {
  const portal = await openPortal();
  expectFormRefused(
    await register(portal, { confirmPassword: 'another long phrase' }),
    ['confirmPassword PMP-FV-004'],
    'The two passwords are not the same.',
  );
  expectFormRefused(await register(portal, { password: 'short', confirmPassword: 'shorter' }), [
    'password PMP-FV-002',
    'confirmPassword PMP-FV-004',
  ]);
  expectFormRefused(await register(portal, { confirmPassword: undefined }), ['confirmPassword PMP-FV-001']);
});
