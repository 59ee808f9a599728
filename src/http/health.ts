import type { FastifyInstance } from 'fastify';

/** `/healthz`: the process answers. `/readyz`: it can also do its work; 503 until then. Plain text, for machines. */
export function registerHealth(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/healthz', { config: { access: 'public' } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('ok'),
  );
  app.get('/readyz', { config: { access: 'public' } }, async (_request, reply) => {
    const ready = isReady();
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(ready ? 'ok' : 'not ready');
  });
}
