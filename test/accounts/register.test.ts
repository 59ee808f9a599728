import { describe, expect, test } from 'vitest';
import { openPortal, PASSWORD, type Portal, REGISTRATION } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import {
  accountColumn,
  changed,
  expectFormRefused,
  expectNoPassword,
  expectRedirect,
  MINUTE,
  pass,
  SECOND,
  stopClock,
} from './support.ts';

const ANNA = {
  ...REGISTRATION,
  firstName: 'Anna',
  organization: 'Chips & Söhne "GmbH"',
  email: 'anna@chips.example',
  username: 'anna',
};

describe('registering', () => {
  test('shows the form with every field of the interface', async () => {
    const { guest } = await openPortal();
    const page = await guest.get('/register');
    expect(page.status).toBe(200);
    for (const field of Object.keys(REGISTRATION))
      expect(page.$(`form[action="/register"] [name=${field}]`), field).toHaveLength(1);
    expect(page.$('[name=language] option').length).toBe(3);
  });

  test('creates the account, signs in and leads to the terms', async () => {
    const { guest } = await openPortal();
    expectRedirect(await guest.post('/register', ANNA), '/consent');
    const terms = await guest.get('/consent');
    await guest.post('/consent', { accept: 'on', version: terms.$('[name=version]').attr('value') ?? '' });
    const data = (await guest.get('/profile')).text('.details');
    for (const value of ['Anna Rao', 'anna', 'anna@chips.example', 'Chips & Söhne "GmbH"', '1 Silicon Street'])
      expect(data).toContain(value);
  });

  test('tells htmx to go on', async () => {
    const { guest } = await openPortal();
    expectRedirect(await guest.post('/register', ANNA, HTMX), '/consent', 204);
  });

  test('stores an argon2id hash of at least 19 MiB and 2 passes, never the password', async () => {
    const portal = await openPortal();
    await portal.guest.post('/register', ANNA);
    expect(accountColumn(portal, 'anna', 'password_hash')).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(portal.db.$client.serialize().includes(PASSWORD)).toBe(false);
  });

  test('folds white space, and drops fields the form does not have', async () => {
    const portal = await openPortal();
    const form = { ...ANNA, firstName: '  Anna \t Maria ', username: ' anna ', role: 'PARTNER_ADMIN', id: 'x' };
    expect((await portal.guest.post('/register', form)).status).toBe(303);
    expect(accountColumn(portal, 'anna', 'first_name')).toBe('Anna Maria');
    expect(accountColumn(portal, 'anna', 'role')).toBe('FTM_PROVIDER');
  });

  test('keeps the lines of an address, and any script', async () => {
    const portal = await openPortal();
    const form = { ...ANNA, address: '१ सिलिकॉन मार्ग\r\nबेंगलुरु', lastName: 'راو', organization: '芯片有限公司' };
    expect((await portal.guest.post('/register', form)).status).toBe(303);
    const partner = portal.db.$client.prepare('SELECT address, organization FROM partners WHERE account_id = ?');
    expect(partner.get(portal.idOf('anna'))).toEqual({
      address: '१ सिलिकॉन मार्ग\nबेंगलुरु',
      organization: '芯片有限公司',
    });
  });

  test('an organisation may be registered by several people', async () => {
    const { guest } = await openPortal();
    const form = { ...ANNA, organization: REGISTRATION.organization };
    expect((await guest.post('/register', form)).status).toBe(303);
  });

  test('is written down', async () => {
    const portal = await openPortal();
    await portal.guest.post('/register', ANNA);
    expect(portal.trail().at(-1)).toMatchObject({
      action: 'partner.register',
      actor: 'anna',
      outcome: 'done',
      thing_id: portal.idOf('anna'),
    });
  });

  test('somebody signed in who registers another account is that one afterwards', async () => {
    const { pia } = await openPortal();
    expectRedirect(await pia.post('/register', ANNA), '/consent');
    expect((await pia.get('/consent')).status).toBe(200);
    expectRedirect(await pia.get('/profile'), '/consent');
  });
});

describe('names that exist', () => {
  test.each([
    ['the e-mail', { email: 'PIA@acme.Example' }, ['email PMS_PRT_011'], 'PIA@acme.Example'],
    ['the username', { username: 'PiA' }, ['username PMS_PRT_051'], 'PiA'],
    ["an admin's username", { username: 'ada' }, ['username PMS_PRT_051'], 'ada'],
    ['both', { email: 'otto@nordic.example', username: 'pia' }, ['email PMS_PRT_011', 'username PMS_PRT_051'], 'pia'],
  ])('%s, in any case', async (_, changes, reasons, wording) => {
    const portal = await openPortal();
    const answer = await portal.guest.post('/register', { ...ANNA, ...changes });
    expectFormRefused(answer, reasons, wording);
    expect(answer.$('[name=organization]').attr('value')).toBe(ANNA.organization);
    expect(portal.idOf('anna')).toBe('');
  });

  test('the same form again', async () => {
    const portal = await openPortal();
    await portal.guest.post('/register', ANNA);
    const answer = await portal.visitor().post('/register', ANNA);
    expectFormRefused(answer, ['email PMS_PRT_011', 'username PMS_PRT_051']);
  });

  test('two at once: one account', async () => {
    const portal = await openPortal();
    const answers = await Promise.all([1, 2, 3].map(() => portal.visitor().post('/register', ANNA)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.codes).toEqual(['PMS_PRT_011', 'PMS_PRT_051']);
    const count = portal.db.$client.prepare('SELECT count(*) FROM accounts WHERE username_key = ?').pluck();
    expect(count.get('anna')).toBe(1);
  });

  test('those of a deactivated partner are never free again', async () => {
    const portal = await openPortal();
    deactivate(portal, 'otto');
    const form = { ...ANNA, email: 'otto@nordic.example', username: 'otto' };
    expectFormRefused(await portal.guest.post('/register', form), ['email PMS_PRT_011', 'username PMS_PRT_051']);
  });
});

describe('every reason at once', () => {
  test('an empty form names every field in its order', async () => {
    const { guest } = await openPortal();
    expectFormRefused(
      await guest.post('/register'),
      Object.keys(REGISTRATION).map((field) => `${field} PMP-FV-001`),
      'This field must be filled in.',
    );
  });

  test('fields sent twice are refused, not joined', async () => {
    const { guest } = await openPortal();
    const answer = await guest.post('/register', { ...ANNA, firstName: ['Anna', 'Bea'], username: ['anna', 'bea'] });
    expectFormRefused(answer, ['firstName PMP-FV-003', 'username PMP-FV-001']);
  });

  test('what was typed is kept, as text', async () => {
    const { guest } = await openPortal();
    const form = changed(ANNA, { organization: '"><script>alert(1)</script>', phone: 'none', language: 'fr' });
    const answer = await guest.post('/register', form);
    expectFormRefused(answer, ['phone PMP-FV-003'], 'Use digits');
    expect(answer.$('[name=organization]').attr('value')).toBe('"><script>alert(1)</script>');
    expect(answer.body).not.toContain('<script>alert');
    expect(answer.$('[name=address]').text()).toBe(ANNA.address);
    expect(answer.$('[name=phone]').attr('value')).toBe('none');
    expect(answer.$('[name=phone]').attr('aria-invalid')).toBe('true');
    expect(answer.$('[name=phone]').attr('aria-describedby')).toBe('phone-reason');
    expect(answer.$('[name=language] option[selected]').attr('value')).toBe('fr');
  });

  test('htmx gets the same 422', async () => {
    const { guest } = await openPortal();
    expectFormRefused(await guest.post('/register', { ...ANNA, phone: 'x' }, HTMX), ['phone PMP-FV-003']);
  });

  test('a body that is no form counts as empty', async () => {
    const { guest } = await openPortal();
    const json = { origin: 'http://pmp.test', 'content-type': 'application/json' };
    expect((await guest.send('POST', '/register', json, '[1,2]')).codes).toHaveLength(11);
    expect((await guest.send('POST', '/register', json, '"text"')).codes).toHaveLength(11);
  });
});

describe('registrations from one address', () => {
  /** The fourth is refused; the limit of requests per minute, which is as low, is out of the way a minute later. */
  const FEW = { PMP_RATE_LIMIT: '3', PMP_TRUST_PROXY: '127.0.0.1' };
  const from = (address: string) => ({ 'x-forwarded-for': address, 'x-forwarded-host': 'pmp.test' });
  const nth = (n: number) => ({ ...ANNA, email: `anna${n}@chips.example`, username: `anna${n}` });
  const register = (portal: Portal, n: number, address = '192.0.2.1') =>
    portal.visitor().post('/register', nth(n), from(address));

  async function registerThree(): Promise<Portal> {
    const portal = await openPortal(FEW);
    stopClock();
    for (const n of [1, 2, 3]) expect((await register(portal, n)).status).toBe(303);
    pass(MINUTE);
    return portal;
  }

  test('beyond the limit of an hour are refused with what was typed, and told when to come back', async () => {
    const portal = await registerThree();
    const refused = await register(portal, 4);
    expect({ status: refused.status, codes: refused.codes }).toEqual({ status: 429, codes: ['PMP-AU-002'] });
    expect(refused.headers['retry-after']).toBe(String(59 * 60));
    expect(refused.text('[role=alert]')).toContain('Try again in 59 minutes.');
    for (const field of ['firstName', 'organization', 'email', 'username'] as const)
      expect(refused.$(`[name=${field}]`).val()).toBe(nth(4)[field]);
    expectNoPassword(refused);
    expect(portal.idOf('anna4')).toBe('');
    expect((await register(portal, 4, '192.0.2.2')).status).toBe(303);
  });

  test('are taken again once the hour is over', async () => {
    const portal = await registerThree();
    pass(59 * MINUTE - SECOND);
    expect((await register(portal, 4)).text('[role=alert]')).toContain('Try again in one minute.');
    pass(SECOND);
    expect((await register(portal, 4)).status).toBe(303);
  });

  test('with names that are taken count as well, those with a fault do not', async () => {
    const portal = await openPortal(FEW);
    stopClock();
    const send = (form: Record<string, string>) => portal.visitor().post('/register', form, from('192.0.2.1'));
    for (let i = 0; i < 3; i += 1) expect((await send({ ...nth(1), phone: '' })).status).toBe(422);
    pass(MINUTE);
    for (let i = 0; i < 3; i += 1) expect((await send({ ...nth(1), username: 'pia' })).status).toBe(422);
    pass(MINUTE);
    expect((await send({ ...nth(1), phone: '' })).status).toBe(422);
    expect((await send(nth(1))).status).toBe(429);
  });
});
