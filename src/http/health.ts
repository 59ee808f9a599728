import type {} from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';

/** `/healthz`: the process answers. `/readyz`: it can also do its work; 503 until then. Plain text, for machines. */
export function registerHealth(app: FastifyInstance, isReady: () => boolean): void {
  // A monitor asks often, perhaps from an address that people share.
  const config = { access: 'public', withoutConsent: true, rateLimit: false } as const;
  app.get('/healthz', { config }, async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok'));
  app.get('/readyz', { config }, async (_request, reply) => {
    const ready = isReady();
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(ready ? 'ok' : 'not ready');
  });
}
