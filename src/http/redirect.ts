import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether htmx sent the request. */
export function isHtmx(request: FastifyRequest): boolean {
  return request.headers['hx-request'] === 'true';
}

/** Sends the browser to another page of this site: 303, or for htmx 204 with `HX-Redirect` (it would swap in the page behind a 303). */
export function redirect(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
  if (isHtmx(request)) return reply.code(204).header('HX-Redirect', path).send();
  return reply.redirect(path, 303);
}

/** The sign-in page, from which a person comes back to a path of this site. */
export function signInPath(next: string): string {
  return `/login?next=${encodeURIComponent(next)}`;
}

/**
 * A path of this site that came from outside (`next=…`), or `/`. Refuses other sites in every spelling that browsers accept:
 * `//host`, `/\host`, control characters.
 */
export function localPath(path: unknown): string {
  if (typeof path !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes('\\')) return '/';
  const url = new URL(path, 'http://site.invalid');
  // Resolving the dots of `/.//host` leaves `//host`, which is another site.
  return url.host === 'site.invalid' && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
