import type { FastifyInstance } from 'fastify';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { downloadFormat, sendDownload } from '../../http/download.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { toP7b, toPem } from '../../pki/index.ts';
import { findCaOr404, parseCa, pathOf, statusOf, type TrustStore } from '../ca-certificate.ts';
import { isRetired } from '../store.ts';

const access = 'PARTNER_ADMIN';

export function registerShow(app: FastifyInstance, { db, trust }: TrustStore): void {
  app.get('/trust-store/:id', { config: { access } }, async (request, reply) => {
    const row = findCaOr404(db, request);
    const certificate = parseCa(row);
    const status = statusOf({ ...row, retired: isRetired(db, row.id) }, trust);
    const { path, faults } = pathOf(row, certificate, trust);
    const title = certificate.subject.label;
    return reply.page(
      'trust-store/show',
      {
        ca: { id: row.id, domain: row.domain, kind: row.kind, uploadedAt: row.uploadedAt, status },
        certificate: certificateView(certificate, request.fmt),
        chain: chainView(path, faults),
      },
      {
        title,
        breadcrumbs: [
          homeCrumb(request),
          { label: request.t('trust-store.title'), href: `/trust-store?type=${row.kind}` },
          { label: title },
        ],
      },
    );
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
