import { type Config, ConfigError } from '../../config.ts';
import { readTls } from '../../http/tls.ts';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import type { Finding } from './finding.ts';

/** A certificate of the portal's own HTTPS is renewed at the latest so many days before its end. */
const DAYS = 14;

/** What people's browsers meet: HTTPS by the portal itself, by a proxy before it, or none. */
export function checkTls({ tls, publicUrl, secure, trustProxy }: Config): Finding {
  const name = 'HTTPS';
  if (tls === undefined) {
    return secure
      ? { state: 'ok', name, text: `by the proxy before ${publicUrl}` }
      : {
          state: 'warning',
          name,
          text: 'none: passwords can be read on the way',
          advice: 'set PMP_TLS_CERT_FILE and PMP_TLS_KEY_FILE, or PMP_PUBLIC_URL to the https address of a proxy',
        };
  }
  try {
    const { endsAt, keyIsExposed, isFor } = readTls(tls);
    const days = Math.floor((endsAt - now()) / DAY);
    const text = `the certificate ends in ${days} days`;
    if (keyIsExposed)
      return {
        state: 'wrong',
        name,
        text: 'everybody on this machine can read the key',
        advice: `chmod o-rwx ${tls.keyFile}`,
      };
    // Browsers do not see a certificate behind a proxy.
    const host = publicUrl === undefined || trustProxy.length > 0 ? undefined : new URL(publicUrl).hostname;
    if (host !== undefined && !isFor(host))
      return {
        state: 'wrong',
        name,
        text: `the certificate is not for ${host}, so every browser refuses it`,
        advice: 'have one made with that name in it, or correct PMP_PUBLIC_URL',
      };
    if (days < DAYS) return { state: 'warning', name, text, advice: 'renew it, then send SIGHUP to the portal' };
    return { state: 'ok', name, text };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'put right what it names, then start the portal, or send it SIGHUP where it runs';
    return { state: 'wrong', name, text: error.message, advice };
  }
}
