import type {} from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Context } from '../http/context.ts';
import { notFound } from '../lib/errors.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import { countRequests, countUploads } from './requests.ts';
import { gaugeStanding } from './standing.ts';

/**
 * `/metrics` for Prometheus, where `PMP_METRICS` is 1; else the address does not exist. It tells figures, nothing about persons, and is
 * asked often: no limit of rate.
 */
export function registerMetrics(app: FastifyInstance, { db, config }: Context, signingCa: SigningCa): void {
  if (!config.metrics) {
    app.get('/metrics', { config: { access: 'public', withoutConsent: true } }, async () => {
      throw notFound();
    });
    return;
  }
  const registry = new Registry();
  // Event loop, memory, CPU, garbage collection, file handles.
  collectDefaultMetrics({ register: registry });
  countRequests(app, registry);
  countUploads(app, registry);
  gaugeStanding(registry, db, signingCa);
  app.get(
    '/metrics',
    { config: { access: 'public', withoutConsent: true, rateLimit: false } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
