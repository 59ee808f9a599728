import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Has `X-Forwarded-For` hold addresses alone before anybody reads it. Some proxies write the port, too, with which each request would come from an
 * address of its own; and where one does not know the address ("unknown", RFC 7239 6), nobody before it is believed.
 */
export function tidyForwarded(headers: IncomingHttpHeaders): void {
  const written = headers['x-forwarded-for'];
  if (written === undefined) return;
  const addresses = addressesIn(String(written));
  if (addresses.length > 0) headers['x-forwarded-for'] = addresses.join(', ');
  else delete headers['x-forwarded-for'];
}

/** From the last to the first, up to what is none. */
function addressesIn(written: string): string[] {
  const all = written.split(',').map(addressOf);
  return all.slice(all.lastIndexOf(undefined) + 1).filter((address) => address !== undefined);
}

/** "192.0.2.7", "192.0.2.7:4711", "2001:db8::7", "[2001:db8::7]" or "[2001:db8::7]:4711". */
function addressOf(text: string): string | undefined {
  const trimmed = text.trim();
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(trimmed) ?? [];
  const address = bracketed ?? dotted ?? trimmed;
  return isIP(address) > 0 ? address : undefined;
}
