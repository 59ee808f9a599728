import type { FastifyInstance } from 'fastify';
import { downloadFormat, sendDownload } from '../../http/download.ts';
import { wantsFragment } from '../../http/view.ts';
import { toP7b, toPem } from '../../pki/index.ts';
import { findCaOr404, pathOf, type TrustStore } from '../ca-certificate.ts';
import { parseCa } from '../trust.ts';
import { dependentsModel, showCa } from './show.ts';

const access = 'PARTNER_ADMIN';

export function registerShow(app: FastifyInstance, store: TrustStore): void {
  const { db, trust } = store;
  app.get('/trust-store/:id', { config: { access } }, async (request, reply) => {
    const row = findCaOr404(db, request);
    if (!wantsFragment(request)) return showCa(store, request, reply, row);
    return reply.fragment('trust-store/_dependents', {
      ...(await dependentsModel(store, request, row)),
      inPlace: true,
    });
  });

  app.get('/trust-store/:id/download', { config: { access } }, async (request, reply) => {
    const row = findCaOr404(db, request);
    const certificate = parseCa(row);
    const format = downloadFormat(request.query, ['pem', 'der', 'p7b']);
    const name = `${row.domain}-${row.kind}-${certificate.subject.label}`;
    if (format === 'der') return sendDownload(request, reply, name, 'der', certificate.der);
    if (format === 'pem') return sendDownload(request, reply, name, 'pem', toPem(certificate));
    const chain = pathOf(row, certificate, trust)
      .path.issuers.map((issuer) => issuer.certificate)
      .reverse();
    return sendDownload(request, reply, name, 'p7b', toP7b([certificate, ...chain]));
  });
}
