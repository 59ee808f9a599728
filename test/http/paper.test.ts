import { expect, test } from 'vitest';
import { openPortal } from '../support/portal.ts';

const printed = '.on-paper';

test('a page says on paper where it is from and when it was read', async () => {
  const { pia } = await openPortal();
  const page = await pia.get('/partner-certificate?from=<b>');
  expect(page.text(printed)).toMatch(
    /^Partner Management Portal · http:\/\/pmp\.test\/partner-certificate\?from=.*b.* · \d+ \w+ \d{4}, \d\d:\d\d UTC$/,
  );
  expect(page.$(`${printed} b`)).toHaveLength(0);
  expect(Date.parse(page.$(`${printed} time`).attr('datetime') ?? '')).toBeLessThanOrEqual(Date.now());
});

test('it names its public address where there is one', async () => {
  const { pia } = await openPortal({ PMP_PUBLIC_URL: 'http://portal.example/' });
  expect((await pia.get('/profile')).text(printed)).toContain(' · http://portal.example/profile · ');
});

test('pages before sign-in, whose addresses may hold a token, do not', async () => {
  const { guest } = await openPortal();
  for (const path of ['/login', '/reset-password?token=dead'])
    expect((await guest.get(path)).$(printed)).toHaveLength(0);
});
