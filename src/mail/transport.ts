import nodemailer from 'nodemailer';

/** A server that does not answer holds up a page, or the doctor, no longer than this. Milliseconds. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * The way to the mail server (PMP_SMTP_URL). A password goes over TLS alone, unless the server is on this host: `smtp://` then asks for
 * STARTTLS and gives up where there is none, whatever else the address says (ASVS 12.3.1).
 */
export function openTransport(smtpUrl: string) {
  return nodemailer.createTransport({ ...PATIENCE, url: addressWithTls(smtpUrl) });
}

/** The same address; with `requireTLS=true` where it has a password that would leave this host. */
export function addressWithTls(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  const hasPassword = url.username + url.password !== '';
  if (url.protocol !== 'smtp:' || !hasPassword || isHere(url)) return smtpUrl;
  url.searchParams.set('requireTLS', 'true');
  return url.href;
}

/** Whether mails may leave this host in clear, since nobody asks the server for TLS: they bear links for new passwords. */
export function mayGoInClear(smtpUrl: string): boolean {
  const url = new URL(addressWithTls(smtpUrl));
  return url.protocol === 'smtp:' && !isHere(url) && url.searchParams.get('requireTLS') !== 'true';
}

function isHere({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
