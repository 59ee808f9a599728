import type { FastifyInstance } from 'fastify';
import { wantsCsv } from '../../http/csv.ts';
import { replyWithList } from '../../http/list.ts';
import { homeCrumb } from '../../http/navigation.ts';
import type { TrustStore } from '../ca-certificate.ts';
import { exportCaCertificates } from './export.ts';
import { trustStoreList } from './list.ts';

export function registerList(app: FastifyInstance, store: TrustStore): void {
  app.get('/trust-store', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) => {
    if (wantsCsv(request)) return exportCaCertificates(store, request, reply);
    const title = request.t('trust-store.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    return replyWithList(request, reply, 'trust-store/index', trustStoreList(store, request), { title, breadcrumbs });
  });
}
