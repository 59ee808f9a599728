import { expect, test, vi } from 'vitest';
import { composeMessage } from '../../src/mail/message.ts';

const LINK = `https://pmp.example.org/reset-password?token=${'a'.repeat(43)}`;
const MAIL = { to: 'pia@acme.example', subject: 'A new password', text: `Hello Pia,\n\n${LINK}\n\nThe portal` };
const FROM = 'PMP <pmp@authority.example>';

/** The header fields, folded lines joined, and the text. */
function parse(message: string): { fields: [string, string][]; text: string } {
  const end = message.indexOf('\r\n\r\n');
  const fields = message
    .slice(0, end)
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
  return { fields, text: message.slice(end + 4) };
}

test('is one text/plain part with every field that mail servers want, once', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 24, 9, 5, 3) });
  const { fields, text } = parse(composeMessage(MAIL, FROM));
  vi.useRealTimers();
  const { 'Message-ID': id, ...others } = Object.fromEntries(fields);
  expect(fields).toHaveLength(9);
  expect(others).toEqual({
    From: FROM,
    To: 'pia@acme.example',
    Subject: 'A new password',
    Date: 'Tue, 24 Nov 2026 09:05:03 +0000',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    'Auto-Submitted': 'auto-generated',
  });
  expect(id).toMatch(/^<[0-9a-f]{32}@authority\.example>$/);
  expect(text).toBe(`Hello Pia,\r\n\r\n${LINK}\r\n\r\nThe portal`);
});

test.each([
  ['pmp@authority.example', 'pmp@authority.example'],
  ['Identity Authority <pmp@a.example>', 'Identity Authority <pmp@a.example>'],
  ['Dept. of Identity <pmp@a.example>', '"Dept. of Identity" <pmp@a.example>'],
  ['"One, Two" <pmp@a.example>', '"One, Two" <pmp@a.example>'],
  ['Autorité <pmp@a.example>', '=?UTF-8?B?QXV0b3JpdMOp?= <pmp@a.example>'],
])('is from %s as mail servers read it', (from, written) => {
  expect(new Map(parse(composeMessage(MAIL, from)).fields).get('From')).toBe(written);
});

test('the whole link stands on a line of its own, however long', () => {
  const link = `https://${'a'.repeat(60)}.example/reset-password?token=${'b'.repeat(400)}`;
  const { text } = parse(composeMessage({ ...MAIL, text: `Hello\n\n${link}\n\nBye` }, FROM));
  expect(text.split('\r\n')).toContain(link);
});

test.each([
  ['to', 'pia@acme.example\r\nBcc: all@acme.example'],
  ['to', 'pia@acme.example\nBcc: all@acme.example'],
  ['to', 'pia@acme.example\r\n\r\nAnother text'],
  ['subject', 'Hello\r\nBcc: all@acme.example'],
  ['subject', 'Hello\u0085Bcc: all@acme.example'],
  ['subject', 'Hello\u2028Bcc: all@acme.example\0'],
  ['from', 'pmp@authority.example\r\nBcc: all@acme.example'],
] as const)('a header cannot be brought in by %s %j', (field, value) => {
  const mail = field === 'from' ? MAIL : { ...MAIL, [field]: value };
  const message = composeMessage(mail, field === 'from' ? value : FROM);
  const { fields, text } = parse(message);
  expect(fields.map(([name]) => name)).not.toContain('Bcc');
  expect(fields).toHaveLength(9);
  expect(text).toContain(LINK);
  expect(message.slice(0, message.indexOf('\r\n\r\n'))).not.toMatch(/\0|[^\r]\n|\r[^\n]/);
});

test('line ends in a name that is put into the text stay text', () => {
  const text = parse(composeMessage({ ...MAIL, text: 'Hello Pia\r\nBcc: x@y.example\n.\nend' }, FROM)).text;
  expect(text).toBe('Hello Pia\r\nBcc: x@y.example\r\n.\r\nend');
});

test.each(['Réinitialiser', 'كلمة مرور جديدة للبوابة', '👩‍🔧'.repeat(30), `${'x'.repeat(200)}é`])(
  'a subject such as %s is encoded so that every mail program shows it',
  (subject) => {
    const raw = /^Subject: ((?:.*\r\n[ \t])*.*)\r\n/m.exec(composeMessage({ ...MAIL, subject }, FROM))?.[1] ?? '';
    const words = raw.split('\r\n ');
    for (const word of words) {
      expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/]+=*\?=$/);
      expect(word.length).toBeLessThanOrEqual(75);
    }
    const decoded = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('');
    expect(decoded).toBe(subject);
  },
);
