import { now } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. A link stands on a line of its own and is never broken. */
  readonly text: string;
  /** The local part of its message id; without it a new one. */
  readonly id?: string;
}

/**
 * A complete message (RFC 5322), one `text/plain` part sent as 8 bit. Composed here because nodemailer turns every text with a line over
 * 76 characters into quoted-printable, which breaks the link that the person has to copy.
 */
export function composeMessage(mail: Mail, from: string): string {
  const domain =
    from
      .split('@')
      .at(-1)
      ?.replace(/[^A-Za-z0-9.-]/g, '') || 'localhost';
  return [
    `From: ${encodeMailbox(oneLine(from))}`,
    `To: ${oneLine(mail.to)}`,
    `Subject: ${encodeHeader(oneLine(mail.subject))}`,
    `Date: ${new Date(now()).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${oneLine(mail.id ?? newId())}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'Auto-Submitted: auto-generated',
    '',
    mail.text.replace(/\r?\n/g, '\r\n'),
  ].join('\r\n');
}

/** Header injection ends here: no line ends, no other control characters (ASVS 1.3.11). */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** A mailbox, as `PMP_MAIL_FROM` has it: its name in encoded words where it is not ASCII, or in quotes where it has a dot (RFC 5322 3.2.3). */
function encodeMailbox(mailbox: string): string {
  const [, name = '', address = mailbox] = /^(.*?) ?(<[^<>]*>)$/.exec(mailbox) ?? [];
  if (name === '') return address;
  const plain = name.replace(/^"(.*)"$/, '$1');
  if (!/^[\x20-\x7e]*$/.test(plain)) return `${encodeHeader(plain)} ${address}`;
  return `${/^[\w !#$%&'*+/=?^`{|}~-]+$/.test(plain) ? plain : `"${plain}"`} ${address}`;
}

/** RFC 2047 encoded words of at most 75 characters, where a text is not plain ASCII. */
function encodeHeader(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ');
}
