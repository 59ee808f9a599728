import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether people reach the portal by https. */
    secureCookies: boolean;
  }
}

/** Reads cookies; those the portal sets are `Secure` and named `__Host-…` where people come by https (design, "Traps"). */
export async function registerCookies(app: FastifyInstance, options: { secure: boolean }): Promise<void> {
  app.decorate('secureCookies', options.secure);
  await app.register(cookie);
}

/** The value that the browser sent for a cookie of ours; undefined also while a refusal comes before cookies are read. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  return request.cookies?.[fullName(request, name)];
}

/** Sets a cookie of ours. @param seconds how long the browser keeps it; absent: until it is closed */
export function writeCookie(reply: FastifyReply, name: string, value: string, seconds?: number): void {
  const kept = seconds === undefined ? {} : { maxAge: seconds };
  reply.setCookie(fullName(reply, name), value, { ...attributes(reply), ...kept });
}

/** Has the browser forget a cookie of ours. */
export function dropCookie(reply: FastifyReply, name: string): void {
  reply.clearCookie(fullName(reply, name), attributes(reply));
}

function fullName({ server }: FastifyRequest | FastifyReply, name: string): string {
  return server.secureCookies ? `__Host-${name}` : name;
}

function attributes({ server }: FastifyReply) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: server.secureCookies } as const;
}
