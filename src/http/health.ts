import type {} from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';

export interface Health {
  /** It can do its work. */
  readonly isReady: () => boolean;
  /** The database is where the next start looks for it. */
  readonly isInPlace: () => boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Refuses (unavailable) what would write into a database that the next start does not find. */
    requireInPlace: () => void;
  }
}

/**
 * `/healthz`: the process answers. `/readyz`: it can also do its work; 503 until then. Plain text, for machines. A change that the next start
 * would not find is refused.
 */
export function registerHealth(app: FastifyInstance, { isReady, isInPlace }: Health): void {
  app.decorate('requireInPlace', () => {
    if (isInPlace()) return;
    const cause = new Error(
      'the database, its log or its lock was moved away or replaced while the portal has it open: start the portal again',
    );
    throw new AppError('unavailable', [], { cause });
  });
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.method === 'POST') app.requireInPlace();
    done();
  });
  // A monitor asks often, perhaps from an address that people share.
  const config = { access: 'public', withoutConsent: true, rateLimit: false } as const;
  app.get('/healthz', { config }, async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok'));
  app.get('/readyz', { config }, async (_request, reply) => {
    const ready = isInPlace() && isReady();
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(ready ? 'ok' : 'not ready');
  });
}
