import type { FastifyInstance } from 'fastify';
import type { Context } from '../http/context.ts';
import { wantsCsv } from '../http/csv.ts';
import { replyWithList } from '../http/list.ts';
import { homeCrumb } from '../http/navigation.ts';
import type { Schedules } from '../lib/schedules.ts';
import { auditList, exportTrail } from './list.ts';
import { getHead } from './store.ts';

export function registerAudit(app: FastifyInstance, { db, config, log }: Context, schedules: Schedules): void {
  const trail = { db, timeZone: config.timeZone };
  app.get('/audit', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) => {
    if (wantsCsv(request)) return exportTrail(trail, request, reply);
    const title = request.t('audit.title');
    const breadcrumbs = [homeCrumb(request), { label: title }];
    const model = { ...auditList(trail, request), head: getHead(db) };
    return replyWithList(request, reply, 'audit/index', model, { title, breadcrumbs });
  });
  // Whoever keeps the log elsewhere can tell later whether the trail is still the one of that day.
  schedules.add('head of the trail', '0 0 * * *', () =>
    log.info({ auditHead: getHead(db) }, 'head of the audit trail'),
  );
}
