import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../http/context.ts';
import { listLinks } from '../http/list.ts';
import { homeCrumb } from '../http/navigation.ts';
import { wantsFragment } from '../http/view.ts';
import { hasWording } from '../i18n/index.ts';
import { dayRange } from '../lib/calendar.ts';
import { parseListQuery } from '../lib/paging.ts';
import { AUDIT_COLUMNS, AUDIT_FILTERS, type AuditRow, listAuditEntries } from './store.ts';

/** Pages on which a thing of the trail can be looked at. */
const PAGES: Record<string, string> = { chip: '/chips/', partner: '/partners/', 'ca-certificate': '/trust-store/' };

export function registerAudit(app: FastifyInstance, { db, config }: Context): void {
  app.get('/audit', { config: { access: 'PARTNER_ADMIN' } }, async (request, reply) => {
    const model = auditList(request);
    if (wantsFragment(request)) return reply.fragment('audit/_list', model);
    const title = request.t('audit.title');
    return reply.page('audit/index', model, {
      title,
      breadcrumbs: [homeCrumb(request), { label: title }],
    });
  });

  function auditList(request: FastifyRequest) {
    const { t } = request;
    const query = parseListQuery(request.query, AUDIT_FILTERS, AUDIT_COLUMNS);
    const { rows, total } = listAuditEntries(db, query, (day) => dayRange(day, config.timeZone));
    const outcomes = (['done', 'refused'] as const).map((value) => ({ value, label: t(`audit.outcome.${value}`) }));
    return {
      list: listLinks('/audit', query, total),
      filters: [
        { name: 'actor', label: t('audit.column.actor'), type: 'text' },
        { name: 'action', label: t('audit.column.action'), type: 'text' },
        { name: 'thing', label: t('audit.column.thing'), type: 'text' },
        { name: 'outcome', label: t('audit.column.outcome'), type: 'select', options: outcomes },
        { name: 'from', label: t('audit.from'), type: 'date' },
        { name: 'to', label: t('audit.to'), type: 'date' },
      ],
      columns: AUDIT_COLUMNS.map((name) => ({ name, label: t(`audit.column.${name}`) })),
      rows: rows.map((row) => toView(request, row)),
    };
  }
}

function toView(request: FastifyRequest, row: AuditRow) {
  const { t } = request;
  const action = `audit.action.${row.action}`;
  const page = row.thingType === null ? undefined : PAGES[row.thingType];
  return {
    id: row.id,
    at: row.at,
    actor: row.actor === '' ? t('audit.nobody') : row.actor,
    address: row.address,
    action: hasWording(request.language, action) ? t(action) : row.action,
    thing:
      row.thingId === null
        ? null
        : { text: `${row.thingType} ${row.thingId.slice(0, 8)}`, href: page === undefined ? null : page + row.thingId },
    outcome: row.outcome,
    outcomeText: t(`audit.outcome.${row.outcome}`),
    code: row.code,
    detail: Object.entries(row.detail === null ? {} : (JSON.parse(row.detail) as Record<string, unknown>))
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(' · '),
  };
}
