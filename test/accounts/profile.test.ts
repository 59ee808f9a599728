import { expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';
import { expectRedirect } from './support.ts';

test('a partner sees its own data, an admin its own', async () => {
  const { pia, ada } = await openPortal();
  const page = await pia.get('/profile');
  expect(page.status).toBe(200);
  for (const value of ['Pia Rao', 'pia', 'pia@acme.example', 'Acme Chips Ltd', '1 Silicon Street', '+91 80 1234'])
    expect(page.text('.details')).toContain(value);
  const own = await ada.get('/profile');
  expect(own.text('.details')).toContain('ada@authority.example');
  expect(own.text('.details')).not.toContain('Organisation');
});

test('has the forms of password, e-mail, language and sign-out everywhere', async () => {
  const page = await (await openPortal()).pia.get('/profile');
  const fields = (action: string) =>
    page
      .$(`form[action="${action}"] [name]`)
      .toArray()
      .map((field) => field.attribs.name);
  expect(fields('/profile/password')).toEqual(['currentPassword', 'password', 'confirmPassword']);
  expect(fields('/profile/email')).toEqual(['email', 'currentPassword']);
  expect(page.$('main form[action="/language"] [name=language] option')).toHaveLength(3);
  expect(page.$('form[action="/profile/sign-out-everywhere"]')).toHaveLength(1);
});

test('signed out, leads to sign-in and back', async () => {
  const { guest } = await openPortal();
  expectRedirect(await guest.get('/profile?x=1'), '/login?next=%2Fprofile%3Fx%3D1');
});

test.each(['/profile/password', '/profile/email', '/profile/sign-out-everywhere'])(
  'a GET of %s leads to the profile',
  async (path) => {
    const { pia, guest } = await openPortal();
    expectRedirect(await pia.get(path), '/profile');
    expect((await guest.get(path)).location).toMatch(/^\/login\?next=/);
    expectRedirect(await guest.post(path), '/login?next=%2F');
    const from = { referer: 'http://pmp.test/profile' };
    expectRedirect(await guest.post(path, {}, from), '/login?next=%2Fprofile');
  },
);
