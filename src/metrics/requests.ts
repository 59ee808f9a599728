import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** From an asset out of memory to an upload over a slow line; s. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** Requests that were answered, by the pattern of their route: there are as many series as routes, whatever addresses are made up. */
export function countRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: 'pmp_http_requests_total',
    help: 'Requests answered, by method, route pattern and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'pmp_http_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: DURATIONS,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ method, route, status: reply.statusCode });
    durations.observe({ method, route }, reply.elapsedTime / 1000);
  });
}

/** Uploads of certificates, by the name of their action in the trail. */
const UPLOADS = ['partner-certificate.upload', 'chip.upload-certificate', 'ca-certificate.add'];

/** What became of uploads. One that was refused counts once under each of its codes. */
export function countUploads(app: FastifyInstance, registry: Registry): void {
  const issued = new Counter({
    name: 'pmp_certificates_issued_total',
    help: 'MOSIP-signed certificates issued',
    registers: [registry],
  });
  const refused = new Counter({
    name: 'pmp_certificates_refused_total',
    help: 'Uploads of certificates refused, by action and code of the reason',
    labelNames: ['action', 'code'],
    registers: [registry],
  });
  // As for the trail, what counts is the answer that was made, whether the browser took it or not.
  app.addHook('onSend', async (request, reply) => {
    const { action } = request.routeOptions.config;
    if (request.method !== 'POST' || typeof action !== 'string' || !UPLOADS.includes(action)) return;
    const accepted = reply.statusCode < 400;
    if (accepted && request.person !== null && action === 'partner-certificate.upload') issued.inc();
    if (accepted) return;
    const codes = request.refusal.length > 0 ? request.refusal : [`HTTP-${reply.statusCode}`];
    for (const code of new Set(codes)) refused.inc({ action, code });
  });
}
