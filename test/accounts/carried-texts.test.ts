import { afterEach, describe, expect, it, vi } from 'vitest';
import { addChip, openChipPortal, submitChip, uploadChip } from '../chips/support.ts';
import { openPortal, PASSWORD, type Portal, REGISTRATION } from '../support/portal.ts';
import { type Answer, type Form, HTMX, ORIGIN, type Visitor } from '../support/visitor.ts';
import { signIn } from '../support/workflow.ts';
import { MINUTE, pass, stopClock } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The hidden fields of the sign-in form, but for where it leads. */
function carried(page: Answer): Record<string, string> {
  const fields = page.$('form[action="/login"] input[type=hidden]').toArray();
  const entries = fields.map((field) => [page.$(field).attr('name') ?? '', page.$(field).attr('value') ?? ''] as const);
  return Object.fromEntries(entries.filter(([name]) => name !== 'next'));
}

/** A portal whose clock stands still, and whose people have signed in just now. */
async function stopped<P extends Portal>(portal: P): Promise<P> {
  stopClock();
  const [ada, pia] = [await signIn(portal, 'ada'), await signIn(portal, 'pia')];
  return { ...portal, ada, pia };
}

/** Lets a visitor's session end, and sends a form then. */
async function sendTooLate(visitor: Visitor, path: string, form: Form, headers = {}): Promise<Answer> {
  pass(31 * MINUTE);
  return visitor.post(path, form, headers);
}

/** Signs in by the form of a sign-in page, with all that it carries. */
function signInOn(page: Answer, visitor: Visitor, identifier: string, password = PASSWORD): Promise<Answer> {
  const next = page.$('form[action="/login"] [name=next]').attr('value') ?? '';
  return visitor.post('/login', { identifier, password, next, ...carried(page) });
}

const chipsOf = ({ db }: Portal) => db.$client.prepare('SELECT count(*) FROM chips').pluck().get();

describe('a form that is sent after the session has ended', () => {
  it('leads to the sign-in, which carries what was typed; then the form is there again, filled in and not sent', async () => {
    const portal = await stopped(await openChipPortal());
    const typed = { make: 'Acme & "Co"', model: 'X\u00a01 <b>' };
    const late = await sendTooLate(portal.pia, '/chips', typed);
    expect([late.status, late.location]).toEqual([303, '/login?next=%2Fchips%2Fnew']);
    const page = await portal.pia.get(late.location ?? '');
    expect(carried(page)).toEqual({ 'typed.make': typed.make, 'typed.model': typed.model });
    expect(page.text('form')).toContain('What you had typed is kept');
    const signedIn = await signInOn(page, portal.pia, 'pia');
    expect([signedIn.status, signedIn.location]).toEqual([303, '/chips/new']);
    const form = await portal.pia.get('/chips/new');
    expect([form.$('[name=make]').val(), form.$('[name=model]').val()]).toEqual([typed.make, typed.model]);
    expect(form.$('[data-filled-again]')).toHaveLength(1);
    expect(chipsOf(portal)).toBe(0);
    // Once.
    const again = await portal.pia.get('/chips/new');
    expect([again.$('[name=make]').val(), again.$('[data-filled-again]').length]).toEqual(['', 0]);
  });

  it('by htmx from the dialog leads to the page of its form', async () => {
    const portal = await stopped(await openChipPortal());
    const chip = await submitChip(portal);
    const headers = { ...HTMX, 'hx-current-url': `${ORIGIN}/chips?status=pending_approval` };
    const form = { certificateId: 'x', reason: 'first line\r\nsecond' };
    const late = await sendTooLate(portal.ada, `${chip}/rejection`, form, headers);
    expect([late.status, late.headers['hx-redirect']]).toEqual([
      204,
      `/login?next=${encodeURIComponent(`${chip}/decision/new`)}`,
    ]);
    const page = await portal.ada.get(late.location ?? '');
    expect(carried(page)).toEqual({ 'typed.reason': 'first line\nsecond' });
    await signInOn(page, portal.ada, 'ada');
    const decision = await portal.ada.get(`${chip}/decision/new`);
    expect(decision.$('[name=reason]').text().replace(/\r/g, '')).toBe('first line\nsecond');
    expect(decision.$('[name=certificateId]').first().attr('value')).not.toBe('x');
  });

  it('is kept through a sign-in that fails, escaped', async () => {
    const portal = await stopped(await openChipPortal());
    const late = await sendTooLate(portal.pia, '/chips', { make: '"><script>x</script>', model: 'M' });
    const page = await portal.pia.get(late.location ?? '');
    const refused = await signInOn(page, portal.pia, 'pia', 'not the password');
    expect([refused.status, refused.codes]).toEqual([422, ['PMP-AU-001']]);
    expect(refused.$('form script')).toHaveLength(0);
    expect(carried(refused)).toEqual({ 'typed.make': '"><script>x</script>', 'typed.model': 'M' });
    expect((await signInOn(refused, portal.pia, 'pia')).status).toBe(303);
    expect((await portal.pia.get('/chips/new')).$('[name=model]').val()).toBe('M');
  });

  it('carries no passwords and no tokens', async () => {
    const portal = await stopped(await openPortal());
    const secrets = {
      password: 'a secret 1',
      confirmPassword: 'a secret 2',
      currentPassword: 'a secret 3',
      token: 'a secret 4',
    };
    const late = await sendTooLate(portal.ada, '/admins', { firstName: 'New', email: 'new@x.example', ...secrets });
    expect(late.location).toBe('/login?next=%2Fadmins%2Fnew');
    const page = await portal.ada.get(late.location ?? '');
    expect(carried(page)).toEqual({ 'typed.firstName': 'New', 'typed.email': 'new@x.example' });
    // Nor does the sign-in take them from anybody.
    await portal.ada.post('/login', {
      identifier: 'ada',
      password: PASSWORD,
      next: '/admins/new',
      'typed.firstName': 'New',
      'typed.password': 'a secret 1',
    });
    const form = await portal.ada.get('/admins/new');
    expect(form.$('[name=firstName]').val()).toBe('New');
    expect(form.body).not.toContain('a secret');
  });

  it('shows nothing of it to another person who signs in in the same browser', async () => {
    const portal = await stopped(await openChipPortal());
    const late = await sendTooLate(portal.pia, '/chips', { make: 'Pia’s', model: 'M' });
    const page = await portal.pia.get(late.location ?? '');
    expect((await signInOn(page, portal.pia, 'otto')).location).toBe('/chips/new');
    expect((await portal.pia.get('/chips/new')).body).not.toContain('Pia’s');
    // And it is gone for her, too.
    await portal.pia.post('/logout');
    await portal.pia.post('/login', { identifier: 'pia', password: PASSWORD });
    expect((await portal.pia.get('/chips/new')).body).not.toContain('Pia’s');
  });

  it.each([
    ['of somebody who never signed in here', async (portal: Portal) => portal.guest],
    [
      'after a sign-out',
      async ({ pia }: Portal) => {
        const cookies = new Map(pia.cookies);
        await pia.post('/logout');
        for (const [name, value] of cookies) pia.cookies.set(name, value);
        return pia;
      },
    ],
    [
      'of a session that ended half a day ago',
      async ({ pia }: Portal) => {
        pass(12 * 60 * MINUTE + 30 * MINUTE);
        return pia;
      },
    ],
  ])('keeps nothing %s', async (_, visitorOf) => {
    const portal = await stopped(await openPortal());
    const visitor = await visitorOf(portal);
    const late = await sendTooLate(visitor, '/chips', { make: 'A', model: 'M' });
    expect([late.status, late.location]).toEqual([303, '/login?next=%2F']);
    expect(carried(await visitor.get('/login?next=%2Fchips%2Fnew'))).toEqual({});
  });

  it('keeps it for half an hour', async () => {
    const portal = await stopped(await openChipPortal());
    const late = await sendTooLate(portal.pia, '/chips', { make: 'A', model: 'M' });
    pass(30 * MINUTE - 1);
    expect(carried(await portal.pia.get(late.location ?? ''))).toEqual({ 'typed.make': 'A', 'typed.model': 'M' });
    pass(1);
    expect(carried(await portal.pia.get(late.location ?? ''))).toEqual({});
  });

  it('offers it only on the way to the page of that form', async () => {
    const portal = await stopped(await openChipPortal());
    await sendTooLate(portal.pia, '/chips', { make: 'A', model: 'M' });
    for (const path of ['/login', '/login?next=%2F', '/login?next=%2Fprofile', '/login?next=//evil.example/chips/new'])
      expect(carried(await portal.pia.get(path))).toEqual({});
  });

  it('carries as much as forms take, and nothing that is longer', async () => {
    const portal = await stopped(await openChipPortal());
    const make = 'x'.repeat(16_000);
    const whole = await sendTooLate(portal.pia, '/chips', { make });
    expect(carried(await portal.pia.get(whole.location ?? ''))).toEqual({ 'typed.make': make });
    const rest = await portal.pia.post('/chips', { make: `${make}x`, model: 'M' });
    expect(carried(await portal.pia.get(rest.location ?? ''))).toEqual({ 'typed.model': 'M' });
    const huge = await portal.pia.post('/chips', { make: 'x'.repeat(70_000), model: 'N' });
    expect([huge.status, huge.location]).toEqual([303, '/login?next=%2F']);
  });

  it('carries no fields by the dozen, none of strange names, and none that came twice', async () => {
    const portal = await stopped(await openChipPortal());
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const many = Object.fromEntries(letters.flatMap((a) => ['a', 'b'].map((b) => [`${a}${b}`, 'x'])));
    const late = await sendTooLate(portal.pia, '/chips', { 'a"b': 'x', __proto__x: 'x', twice: ['1', '2'], ...many });
    const names = Object.keys(carried(await portal.pia.get(late.location ?? '')));
    expect(names).toHaveLength(40);
    expect(names.every((name) => /^typed\.[a-z]{2}$/.test(name))).toBe(true);
  });

  it('leads to the sign-in as ever where there is no text, or a file', async () => {
    const portal = await stopped(await openChipPortal());
    const chip = await addChip(portal.pia);
    pass(31 * MINUTE);
    const empty = await portal.pia.post('/chips', { make: '  ' }, { referer: `${ORIGIN}/chips/new?make=a` });
    expect([empty.status, empty.location]).toEqual([303, '/login?next=%2Fchips%2Fnew%3Fmake%3Da']);
    const upload = await uploadChip(portal.pia, chip, portal.leaf(), { referer: `${ORIGIN}${chip}/certificate/new` });
    expect([upload.status, upload.location]).toEqual([
      303,
      `/login?next=${encodeURIComponent(`${chip}/certificate/new`)}`,
    ]);
    const nowhere = await portal.pia.post('/nowhere', { make: 'A' });
    expect(nowhere.status).toBe(404);
  });

  it('from another site is refused before anything is read', async () => {
    const portal = await stopped(await openChipPortal());
    const late = await sendTooLate(portal.pia, '/chips', { make: 'A' }, { origin: 'https://evil.example' });
    expect([late.status, late.codes]).toEqual([403, ['PMP-AU-005']]);
    expect(carried(await portal.pia.get('/login?next=%2Fchips%2Fnew'))).toEqual({});
  });

  it('keeps five forms of one person at most, the last ones', async () => {
    const portal = await stopped(await openChipPortal());
    pass(31 * MINUTE);
    const late = (chip: string) => portal.pia.post(`/chips/${chip}/deactivation`, { reason: chip });
    for (const chip of ['a', 'b', 'c', 'd', 'e', 'f']) await late(chip);
    const kept = async (chip: string) =>
      carried(await portal.pia.get(`/login?next=${encodeURIComponent(`/chips/${chip}/deactivation/new`)}`));
    expect(await kept('a')).toEqual({});
    for (const chip of ['b', 'f']) expect(await kept(chip)).toEqual({ 'typed.reason': chip });
  });
});

it('what newcomers type into public forms is no draft of anybody', async () => {
  const portal = await stopped(await openPortal());
  pass(31 * MINUTE);
  const refused = await portal.pia.post('/register', { ...REGISTRATION, username: '' });
  expect(refused.status).toBe(422);
  expect(carried(await portal.pia.get('/login?next=%2Fregister'))).toEqual({});
});
