import nodemailer from 'nodemailer';
import type { Finding } from './finding.ts';

/** The mail server answers and takes the credentials; nothing is sent. */
export async function checkMail(smtpUrl: string | undefined): Promise<Finding> {
  const name = 'mail';
  if (smtpUrl === undefined)
    return {
      state: 'warning',
      name,
      text: 'no mail server: mails become files in outbox/',
      advice: 'set PMP_SMTP_URL',
    };
  const { hostname } = new URL(smtpUrl);
  const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 10_000 } as object;
  const transport = nodemailer.createTransport(smtpUrl, patience);
  try {
    await transport.verify();
    return { state: 'ok', name, text: hostname };
  } catch (error) {
    return {
      state: 'wrong',
      name,
      text: `${hostname}: ${(error as Error).message}`,
      advice: 'check PMP_SMTP_URL and the way to that host',
    };
  } finally {
    transport.close();
  }
}
