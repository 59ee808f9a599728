import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { now } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { composeMessage, type Mail } from './message.ts';
import { openTransport } from './transport.ts';

export type { Mail } from './message.ts';
export { mayGoInClear, openTransport } from './transport.ts';

/** Sends one mail now; rejects when the server does not take it. */
export type SendMail = (mail: Mail) => Promise<void>;

export interface MailOptions {
  readonly smtpUrl: string | undefined;
  readonly from: string;
  readonly dataDir: string;
  readonly log: Pick<FastifyBaseLogger, 'info'>;
}

/** Mails go out by SMTP; without a server they are written to `outbox/` in the data directory, and the log says where. */
export function createMailer(options: MailOptions): SendMail {
  return options.smtpUrl === undefined ? writeToOutbox(options) : sendBySmtp(options.smtpUrl, options);
}

function sendBySmtp(url: string, { from }: MailOptions): SendMail {
  const transport = openTransport(url);
  return async (mail) => {
    await transport.sendMail({ envelope: { from, to: [mail.to] }, raw: composeMessage(mail, from) });
  };
}

function writeToOutbox({ dataDir, from, log }: MailOptions): SendMail {
  const folder = join(dataDir, 'outbox');
  return async (mail) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${now()}-${newId().slice(0, 8)}.eml`);
    writeFileSync(file, composeMessage(mail, from), { mode: 0o600, flag: 'wx' });
    log.info({ file }, 'no mail server is configured (PMP_SMTP_URL): the mail was written to a file');
  };
}
