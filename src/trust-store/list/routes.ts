import type { FastifyInstance } from 'fastify';
import { homeCrumb } from '../../http/navigation.ts';
import { wantsFragment } from '../../http/view.ts';
import type { TrustStore } from '../ca-certificate.ts';
import { trustStoreList } from './list.ts';

export function registerList(app: FastifyInstance, store: TrustStore): void {
  app.get('/trust-store', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) => {
    const model = trustStoreList(store, request);
    if (wantsFragment(request)) return reply.fragment('trust-store/_list', model);
    const title = request.t('trust-store.title');
    return reply.page('trust-store/index', model, { title, breadcrumbs: [homeCrumb(request), { label: title }] });
  });
}
