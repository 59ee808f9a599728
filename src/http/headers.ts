import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

const SELF = ["'self'"];
const NONE = ["'none'"];

/**
 * Security headers of every answer. No inline script or style anywhere, so the policy needs no nonces. `Referrer-Policy` is
 * same-origin: helmet's own default makes browsers send `Origin: null` with plain forms (stack, finding B).
 */
export function registerHeaders(app: FastifyInstance, options: { secure: boolean }): void {
  const setHeaders = helmet({
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
  });
  app.addHook('onRequest', (request, reply, done) => setHeaders(request.raw, reply.raw, () => done()));
  app.addHook('onSend', async (_request, reply) => {
    // Pages are about one person; assets set their own, long-lived value.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    const vary = reply.getHeader('vary');
    if (!String(vary ?? '').includes('HX-Request'))
      reply.header('vary', vary === undefined ? 'HX-Request' : `${vary}, HX-Request`);
  });
}
