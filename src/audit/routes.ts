import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.ts';
import { wantsCsv } from '../http/csv.ts';
import { replyWithList } from '../http/list.ts';
import { homeCrumb } from '../http/navigation.ts';
import { auditList, exportTrail } from './list.ts';

export function registerAudit(app: FastifyInstance, { db, config }: Context): void {
  const trail = { db, timeZone: config.timeZone };
  app.get('/audit', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) => {
    if (wantsCsv(request)) return exportTrail(trail, request, reply);
    const title = request.t('audit.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    return replyWithList(request, reply, 'audit/index', auditList(trail, request), { title, breadcrumbs });
  });
}
