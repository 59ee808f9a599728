import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language, translator } from '../../src/i18n/index.ts';
import { arrival, askForReset } from '../accounts/support.ts';
import { openPortal, PASSWORD, type Portal } from '../support/portal.ts';

const NAME = 'Åsa شركة';

/** The subject as people read it, and the text, of the newest mail. */
function newest({ mails }: Portal): { subject: string; text: string } {
  const mail = mails().at(-1) ?? '';
  const [head = '', ...body] = mail.split('\r\n\r\n');
  const field = /^Subject: (.*(?:\r\n .*)*)/m.exec(head)?.[1] ?? '';
  const words = field.replace(/\r\n /g, '').matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g);
  const decoded = [...words].map(([, word = '']) => Buffer.from(word, 'base64').toString()).join('');
  return { subject: decoded === '' ? field : decoded, text: body.join('\n\n').replaceAll('\r\n', '\n') };
}

/** Pia, who reads a language and whose first name has letters of two directions. */
async function openFor(language: Language): Promise<Portal> {
  const portal = await openPortal();
  portal.db.$client
    .prepare("UPDATE accounts SET language = ?, first_name = ? WHERE username = 'pia'")
    .run(language, NAME);
  return portal;
}

describe.each(LANGUAGES)('in %s', (language) => {
  const t = translator(language);

  test('the link for a new password, whatever language the page was in', async () => {
    const portal = await openFor(language);
    const link = await askForReset(portal, 'pia@acme.example');
    const { subject, text } = newest(portal);
    expect(subject).toBe(t('mail.reset.subject'));
    const address = `http://127.0.0.1:3000${link}`;
    expect(text).toBe(t('mail.reset.text', { name: NAME, username: 'pia', link: address }));
    expect(text.split('\n')).toContain(address);
    expect(text).toContain(`\u2068${NAME}\u2069`);
  });

  test('the link for a new e-mail address', async () => {
    const portal = await openFor(language);
    await portal.pia.post('/profile/email', { email: 'new@acme.example', currentPassword: PASSWORD });
    await arrival(portal, 1);
    const { subject, text } = newest(portal);
    expect(subject).toBe(t('mail.email.subject'));
    expect(text.split('\n').filter((line) => line.startsWith('http'))).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:3000\/profile\/email\/confirmation\?token=[\w-]{43}$/),
    ]);
  });
});
