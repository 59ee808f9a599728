import type { FastifyInstance } from 'fastify';
import { findPartnerById } from '../accounts/index.ts';
import type { PathIndex } from '../certificates/index.ts';
import { personOf } from '../http/access.ts';
import type { Context } from '../http/context.ts';
import { notFound } from '../lib/errors.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import type { Trust } from '../trust-store/index.ts';
import { adminDashboard } from './admin.ts';
import { partnerDashboard } from './partner.ts';

/** The first page of each role. */
export function registerDashboard(
  app: FastifyInstance,
  { db }: Context,
  trust: Trust,
  paths: PathIndex,
  signingCa: SigningCa,
): void {
  app.get('/', { config: { access: 'signed-in' } }, async (request, reply) => {
    const person = personOf(request);
    const title = request.t('dashboard.title', { name: person.firstName });
    if (person.role === 'PARTNER_ADMIN')
      return reply.page('dashboard/show', await adminDashboard(db, paths, signingCa, request), { title });
    const partner = findPartnerById(db, person.id);
    if (partner === undefined) throw notFound();
    return reply.page('dashboard/show', await partnerDashboard({ db, trust, paths }, request, partner), { title });
  });
}
