import { afterEach, describe, expect, it, vi } from 'vitest';
import { addChip, certificateToDecide, openChipPortal, submitChip } from '../chips/support.ts';
import { openPortal, PASSWORD, REGISTRATION } from '../support/portal.ts';
import type { Answer, Visitor } from '../support/visitor.ts';
import { expectRedirect, MINUTE, pass, stopClock } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** What the language switch of a page carries, but for the language. */
function switchOf(page: Answer): Record<string, string> {
  const fields = page.$('form.languages input[type=hidden]').toArray();
  return Object.fromEntries(fields.map(({ attribs }) => [attribs.name ?? '', attribs.value ?? '']));
}

/** Changes the language by the switch of a page, and reads the page that follows. */
async function speak(visitor: Visitor, page: Answer, language: string): Promise<Answer> {
  const { back = '', ...carried } = switchOf(page);
  expectRedirect(await visitor.post('/language', { language, back, ...carried }), back);
  return visitor.get(back);
}

const SLIP = { ...REGISTRATION, organization: 'Acme & "Co"', username: 'nora', email: 'nora@x.example' };
const refusedRegistration = (guest: Visitor) => guest.post('/register', { ...SLIP, confirmPassword: 'another one 9' });

describe('a refused form, when the language is changed', () => {
  it('is there again with what was typed and the reasons, in the new language: at the registration', async () => {
    const { guest } = await openPortal();
    const refused = await refusedRegistration(guest);
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-FV-004']]);
    const page = await speak(guest, refused, 'ar');
    expect([page.status, page.$('html').attr('lang'), page.codes]).toEqual([200, 'ar', ['PMP-FV-004']]);
    expect(page.text('[role=alert] h2')).toBe('لم يُنفَّذ هذا، لسبب واحد');
    for (const name of ['firstName', 'lastName', 'organization', 'phone', 'email', 'username'] as const)
      expect(page.$(`main [name=${name}]`).val()).toBe(SLIP[name]);
    expect(page.$('main [name=address]').text()).toBe(SLIP.address);
    // Who reads on in another language wants to be written to in it.
    expect(page.$('main [name=language] option[selected]').attr('value')).toBe('ar');
    // It can be changed once more.
    const again = await speak(guest, page, 'fr');
    expect([again.$('main [name=username]').val(), again.codes]).toEqual(['nora', ['PMP-FV-004']]);
    expect(again.text('[role=alert] h2')).toBe('L’opération n’a pas été effectuée, pour une raison');
  });

  it('carries no password, and is shown once', async () => {
    const { guest } = await openPortal();
    const page = await speak(guest, await refusedRegistration(guest), 'fr');
    expect(page.body).not.toContain(PASSWORD);
    expect(page.body).not.toContain('another one 9');
    const later = await guest.get('/register');
    expect([later.$('main [name=username]').val(), later.codes, switchOf(later)]).toEqual([
      '',
      [],
      { back: '/register' },
    ]);
    // Nor a second time by the same key.
    expect((await speak(guest, await guest.get('/login'), 'fr')).codes).toEqual([]);
  });

  it('likewise of those who have signed in: chip, decision, sign-in', async () => {
    const portal = await openChipPortal();
    const chip = await speak(portal.pia, await portal.pia.post('/chips', { make: 'Acme & Co', model: '' }), 'fr');
    expect([chip.codes, chip.$('[name=make]').val()]).toEqual([['PMP-FV-001'], 'Acme & Co']);
    expect(chip.$('[data-filled-again]')).toHaveLength(0);
    const path = await submitChip(portal);
    const sent = { certificateId: await certificateToDecide(portal, path), reason: 'x'.repeat(1001) };
    const decision = await speak(portal.ada, await portal.ada.post(`${path}/rejection`, sent), 'fr');
    expect([decision.status, decision.$('[name=reason]').text()]).toEqual([200, sent.reason]);
    const { guest } = portal;
    const signIn = await speak(guest, await guest.post('/login', { identifier: 'pia', password: 'no' }), 'fr');
    expect([signIn.codes, signIn.$('[name=identifier]').val()]).toEqual([['PMP-AU-001'], 'pia']);
  });

  it('is told by a key in a cookie that scripts cannot read and that ends within a minute', async () => {
    const { guest } = await openPortal();
    const { refused = '' } = switchOf(await refusedRegistration(guest));
    expect(refused).toMatch(/^[\w-]{43}$/);
    const cookies = [(await guest.post('/language', { language: 'fr', refused })).headers['set-cookie']].flat();
    expect(cookies.find((cookie) => cookie?.startsWith('pmp_refused='))).toBe(
      `pmp_refused=${refused}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`,
    );
    for (const key of ['', 'x', `${refused}; x`, '<script>'])
      expect(JSON.stringify((await guest.post('/language', { language: 'fr', refused: key })).headers)).not.toContain(
        'pmp_refused',
      );
  });

  it('is shown on its own page alone', async () => {
    const { guest } = await openPortal();
    const { refused = '' } = switchOf(await refusedRegistration(guest));
    await guest.post('/language', { language: 'fr', refused });
    expect((await guest.get('/forgot-password')).body).not.toContain('nora');
    expect((await guest.get('/register')).body).not.toContain('nora');
  });

  it('is shown to nobody else', async () => {
    const portal = await openChipPortal();
    const { refused = '' } = switchOf(await portal.pia.post('/chips', { make: 'Pia’s', model: '' }));
    portal.otto.cookies.set('pmp_refused', refused);
    expect((await portal.otto.get('/chips/new')).body).not.toContain('Pia’s');
  });

  it('is kept for half an hour, and of one sender the last twenty', async () => {
    stopClock();
    const { guest } = await openPortal();
    const first = await refusedRegistration(guest);
    pass(30 * MINUTE - 1);
    const next = await speak(guest, first, 'fr');
    expect(next.codes).toEqual(['PMP-FV-004']);
    pass(30 * MINUTE);
    expect((await speak(guest, next, 'fr')).codes).toEqual([]);
    const refused = await refusedRegistration(guest);
    for (let count = 0; count < 19; count += 1) await guest.post('/login', { identifier: `x${count}`, password: 'no' });
    const kept = await speak(guest, refused, 'fr');
    expect(kept.codes).toEqual(['PMP-FV-004']);
    for (let count = 0; count < 20; count += 1) await guest.post('/login', { identifier: `x${count}`, password: 'no' });
    expect((await speak(guest, kept, 'fr')).codes).toEqual([]);
  });

  it('carries nothing of a form without texts, or with a file, and nothing after success', async () => {
    const portal = await openChipPortal();
    const chip = await addChip(portal.pia);
    const upload = await portal.pia.upload(`${chip}/certificate`, { name: 'a.cer', bytes: 'x' });
    const password = await portal.pia.post('/profile/password', { currentPassword: 'x' });
    for (const page of [upload, password, await portal.pia.get('/chips/new')]) {
      expect(switchOf(page).refused).toBeUndefined();
    }
    expect([upload.status, password.status]).toEqual([422, 422]);
  });
});
