import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.ts';
import { takeFiles } from '../http/uploads.ts';
import type { Dependents } from './ca-certificate.ts';
import { registerList } from './list/routes.ts';
import { registerRetirement } from './retirement/routes.ts';
import { registerShow } from './show/routes.ts';
import type { Trust } from './trust.ts';
import { registerUpload } from './upload/routes.ts';

export type { Dependents } from './ca-certificate.ts';
export { countCaCertificates, listNextEnds } from './store.ts';
export { createTrust, type Trust, withoutCa } from './trust.ts';

/** The root and intermediate CA certificates that the domains trust (rules 2): list, upload, details, downloads, retirement. */
export function registerTrustStore(
  app: FastifyInstance,
  { db, config }: Context,
  trust: Trust,
  dependents: Dependents,
): void {
  const store = { db, trust, dependents, timeZone: config.timeZone };
  registerList(app, store);
  takeFiles(app, (routes) => registerUpload(routes, store));
  registerShow(app, store);
  registerRetirement(app, store);
}
