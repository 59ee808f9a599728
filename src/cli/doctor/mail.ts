import { mayGoInClear, openTransport } from '../../mail/index.ts';
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
  const transport = openTransport(smtpUrl);
  try {
    await transport.verify();
    if (!mayGoInClear(smtpUrl)) return { state: 'ok', name, text: hostname };
    return {
      state: 'warning',
      name,
      text: `${hostname}: mails, some with links for a new password, may go there in clear`,
      advice: 'begin PMP_SMTP_URL with smtps://, or end it with ?requireTLS=true',
    };
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
