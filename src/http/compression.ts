import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Below this a page fits into one packet anyway. */
const WORTHWHILE = 1024;

/** A list of 68 kB becomes one per cent longer than by zlib's default of 6, in two thirds of the time. */
const LEVEL = 5;

/**
 * Compresses pages and pieces of pages. The length of a compressed page betrays what it repeats, so never those that another site
 * asked for (decision 16): an attacker who can only listen and count needs exactly those.
 * @param options.secure whether the portal is reached by https
 */
export function registerCompression(app: FastifyInstance, options: { secure: boolean }): void {
  app.addHook<string | unknown>('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string' || !acceptsEncoding(request, 'gzip')) return done();
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
    const isWorthwhile = isPage && Buffer.byteLength(payload) >= WORTHWHILE;
    if (!isWorthwhile || !isAskedFromHere(request, options.secure)) return done();
    reply.removeHeader('content-length').header('content-encoding', 'gzip');
    done(null, gzipSync(payload, { level: LEVEL }));
  });
}

/**
 * Whether the person, or a page of this site, asked. Browsers say so in `Sec-Fetch-Site` wherever they can be trusted to be listened to
 * by nobody, that is by https and on the own machine; by plain http there is nothing to hide from a listener.
 */
function isAskedFromHere(request: FastifyRequest, secure: boolean): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined ? !secure : site === 'same-origin' || site === 'none';
}

/** Whether a request names a content coding, and not with weight 0, which refuses it (RFC 9110 section 12.4.2). */
export function acceptsEncoding(request: FastifyRequest, coding: string): boolean {
  const header = String(request.headers['accept-encoding'] ?? '');
  return header.split(',').some((part) => {
    const [name = '', weight = ''] = part.toLowerCase().split(';');
    return name.trim() === coding && !/^\s*q=0(\.0*)?\s*$/.test(weight);
  });
}
