import type { FastifyInstance, FastifyRequest } from 'fastify';
import { personOf } from '../http/access.ts';
import type { Context } from '../http/context.ts';
import { notFound } from '../lib/errors.ts';
import type { SigningCa } from '../signing-ca/index.ts';
import { sendMosipSigned, sendOriginal } from './downloads.ts';
import { type CertificateRow, findCertificate, findCertificateOf } from './store.ts';

/** Downloads of any certificate of the history: of its owner, and of admins. */
export function registerCertificates(app: FastifyInstance, { db }: Context, signingCa: SigningCa): void {
  const findOr404 = (request: FastifyRequest): CertificateRow => {
    const { id } = request.params as { id: string };
    const person = personOf(request);
    const row = person.role === 'PARTNER_ADMIN' ? findCertificate(db, id) : findCertificateOf(db, person.id, id);
    if (row === undefined) throw notFound();
    return row;
  };
  app.get('/certificates/:id/original', { config: { access: 'signed-in' } }, async (request, reply) =>
    sendOriginal(db, request, reply, findOr404(request)),
  );
  app.get('/certificates/:id/mosip-signed', { config: { access: 'signed-in' } }, async (request, reply) =>
    sendMosipSigned(db, signingCa, request, reply, findOr404(request)),
  );
}
