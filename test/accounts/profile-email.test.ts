import { describe, expect, test } from 'vitest';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';
import { HTMX } from '../support/visitor.ts';
import { deactivate } from '../support/workflow.ts';
import {
  accountColumn,
  canSignIn,
  expectFormRefused,
  expectRedirect,
  linkIn,
  MINUTE,
  pass,
  stopClock,
} from './support.ts';

const FORM = { email: 'New.Pia@Acme.example', currentPassword: PASSWORD };

async function askForChange(portal: Portal, email = FORM.email): Promise<string> {
  expectRedirect(await portal.pia.post('/profile/email', { ...FORM, email }), '/profile');
  return linkIn(portal);
}

describe('asking for a change of the e-mail', () => {
  test('sends a link to the new address and changes nothing yet', async () => {
    const portal = await openPortal();
    const link = await askForChange(portal);
    expect((await portal.pia.get('/profile')).flash).toBe('email-link-sent');
    expect(portal.mails()[0]).toContain('\r\nTo: New.Pia@Acme.example\r\n');
    expect(link).toMatch(/^\/profile\/email\/confirmation\?token=[A-Za-z0-9_-]{43}$/);
    expect(accountColumn(portal, 'pia', 'email')).toBe('pia@acme.example');
    expect(portal.trail().at(-1)).toMatchObject({ action: 'email.request-change', actor: 'pia', outcome: 'done' });
    expect(JSON.stringify(portal.trail())).not.toContain(link.split('=')[1]);
  });

  test.each<[{ email?: string; currentPassword?: string }, string[], string]>([
    [{ email: '' }, ['email PMP-FV-001'], 'must be filled in'],
    [{ email: 'pia' }, ['email PMP-FV-003'], 'name@organisation.example'],
    [{ email: 'OTTO@nordic.example' }, ['email PMS_PRT_011'], 'OTTO@nordic.example'],
    [{ email: 'pia', currentPassword: '' }, ['email PMP-FV-003', 'currentPassword PMP-FV-001'], 'must be filled in'],
    [{ currentPassword: 'not the right one' }, ['currentPassword PMP-AU-001'], 'The current password is wrong.'],
  ])('refuses %j', async (changes, reasons, wording) => {
    const portal = await openPortal();
    const answer = await portal.pia.post('/profile/email', { ...FORM, ...changes });
    expectFormRefused(answer, reasons, wording);
    expect(answer.$('[name=email]').attr('value')).toBe(changes.email ?? FORM.email);
    expect(portal.mails()).toEqual([]);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'email.request-change', outcome: 'refused' });
  });

  test("one's own address in another case is a change like any other", async () => {
    const portal = await openPortal();
    const link = await askForChange(portal, 'PIA@acme.example');
    await portal.pia.post(link);
    expect(accountColumn(portal, 'pia', 'email')).toBe('PIA@acme.example');
  });

  test('is refused to a deactivated partner', async () => {
    const portal = await openPortal();
    deactivate(portal, 'pia');
    const answer = await portal.pia.post('/profile/email', FORM);
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 409, codes: ['PMS_PMP_016'] });
    expect(portal.mails()).toEqual([]);
  });

  test('tells htmx to go on', async () => {
    const { pia } = await openPortal();
    expectRedirect(await pia.post('/profile/email', FORM, HTMX), '/profile', 204);
  });
});

describe('the link to the new address', () => {
  test('asks first; then the address is changed, and signing in goes by the new one', async () => {
    const portal = await openPortal();
    const link = await askForChange(portal);
    const page = await portal.pia.get(link);
    expect(page.status).toBe(200);
    expect(page.text()).toContain('New.Pia@Acme.example');
    expect(accountColumn(portal, 'pia', 'email')).toBe('pia@acme.example');
    portal.pia.cookies.delete('pmp_flash');
    expectRedirect(await portal.pia.post(page.$('form.card').attr('action') ?? ''), '/profile');
    expect((await portal.pia.get('/profile')).flash).toBe('email-changed');
    expect(await canSignIn(portal, 'new.pia@acme.example', PASSWORD)).toBe(true);
    expect(await canSignIn(portal, 'pia@acme.example', PASSWORD)).toBe(false);
    expect(portal.trail().filter(({ action }) => action === 'email.change')).toMatchObject([
      { actor: 'pia', detail: '{"before":"pia@acme.example","email":"New.Pia@Acme.example"}' },
    ]);
  });

  test('works in a browser that is not signed in, and leads to sign-in', async () => {
    const portal = await openPortal();
    const link = await askForChange(portal);
    expect((await portal.guest.get(link)).status).toBe(200);
    expectRedirect(await portal.guest.post(link), '/login');
    expect(accountColumn(portal, 'pia', 'email')).toBe(FORM.email);
  });

  test('works once, for 30 minutes, and only the newest', async () => {
    const portal = await openPortal();
    stopClock();
    const first = await askForChange(portal, 'first@acme.example');
    pass(1);
    const second = await askForChange(portal, 'second@acme.example');
    for (const answer of [await portal.guest.get(first), await portal.guest.post(first)])
      expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 410, codes: ['PMP-AU-004'] });
    pass(30 * MINUTE - 1);
    expect((await portal.guest.get(second)).status).toBe(200);
    expect((await portal.guest.post(second)).status).toBe(303);
    expect((await portal.guest.post(second)).status).toBe(410);
    pass(30 * MINUTE);
    const third = await portal.visitor().get(second);
    expect(third.status).toBe(410);
    expect(accountColumn(portal, 'pia', 'email')).toBe('second@acme.example');
  });

  test('is dead after 30 minutes', async () => {
    const portal = await openPortal();
    stopClock();
    const link = await askForChange(portal);
    pass(30 * MINUTE);
    expect((await portal.guest.get(link)).status).toBe(410);
    expect((await portal.guest.post(link)).status).toBe(410);
    expect(accountColumn(portal, 'pia', 'email')).toBe('pia@acme.example');
  });

  test('loses to somebody who took the address meanwhile', async () => {
    const portal = await openPortal();
    const link = await askForChange(portal, 'shared@acme.example');
    await portal.otto.post('/profile/email', { email: 'SHARED@acme.example', currentPassword: PASSWORD });
    const mail = portal.mails().find((text) => text.includes('SHARED@')) ?? '';
    await portal.otto.post(/\/profile\/email\/confirmation\S+/.exec(mail)?.[0] ?? '');
    expect(accountColumn(portal, 'otto', 'email')).toBe('SHARED@acme.example');
    const late = await portal.pia.post(link);
    expect({ status: late.status, codes: late.codes }).toEqual({ status: 409, codes: ['PMS_PRT_011'] });
    expect(accountColumn(portal, 'pia', 'email')).toBe('pia@acme.example');
  });

  test('does nothing for a partner deactivated meanwhile', async () => {
    const portal = await openPortal();
    const link = await askForChange(portal);
    deactivate(portal, 'pia');
    const answer = await portal.guest.post(link);
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status: 409, codes: ['PMS_PMP_016'] });
    expect(accountColumn(portal, 'pia', 'email')).toBe('pia@acme.example');
  });

  test('tells htmx to go on', async () => {
    const portal = await openPortal();
    expectRedirect(await portal.guest.post(await askForChange(portal), {}, HTMX), '/login', 204);
  });
});
