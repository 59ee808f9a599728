import { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const SELF = ["'self'"];
const NONE = ["'none'"];

/**
 * Security headers of every answer. No inline script or style anywhere, so the policy needs no nonces. `Referrer-Policy` is
 * same-origin: helmet's own default makes browsers send `Origin: null` with plain forms (stack, finding B).
 */
export function registerHeaders(app: FastifyInstance, options: { secure: boolean }): void {
  const headers = headersOf({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NONE,
        scriptSrc: SELF,
        styleSrc: SELF,
        // Pico draws its check marks and arrows as data images inside the sheet.
        imgSrc: [...SELF, 'data:'],
        connectSrc: SELF,
        formAction: SELF,
        frameAncestors: NONE,
        baseUri: NONE,
        objectSrc: NONE,
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    hsts: options.secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    crossOriginEmbedderPolicy: false,
    // For Flash, Internet Explorer and filters that no browser has any more; and against asking for names of other hosts, to which no page leads.
    xPermittedCrossDomainPolicies: false,
    xDownloadOptions: false,
    xXssProtection: false,
    xDnsPrefetchControl: false,
  });
  // Pages are about one person; assets set their own, long-lived value.
  const always = { ...headers, 'cache-control': 'no-store', vary: 'HX-Request' };
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(always);
    done();
  });
}

/** What helmet sets on every answer alike; it would work it out for each anew. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const answer = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  const told = Object.assign(Object.create(ServerResponse.prototype) as ServerResponse, answer);
  helmet(options)(Object.create(IncomingMessage.prototype) as IncomingMessage, told, (error) => {
    if (error !== undefined) throw error;
  });
  return headers;
}
