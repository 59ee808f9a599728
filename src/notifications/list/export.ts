import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../../audit/index.ts';
import { type CsvColumn, sendCsv } from '../../http/csv.ts';
import { inTrail, listLinks } from '../../http/list.ts';
import { now } from '../../lib/clock.ts';
import { type ListedNotification, listAllNotifications, listNotifications } from '../store.ts';
import { wordNotification } from '../wording.ts';
import { notificationQuery, type Pages, stateOf } from './list.ts';

/** Sends what a person was told, as it was asked for, all of it, as CSV; the trail tells of it. */
export function exportNotifications(
  { db, timeZone }: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { t, fmt } = request;
  const { query, scope } = notificationQuery(timeZone, request, request.query);
  const list = listLinks('/notifications', query, listNotifications(db, query, scope));
  recordChange(db, actorOf(request), { action: 'notification.export', detail: inTrail(list) });
  const told = (row: ListedNotification) => wordNotification(row, { t, fmt, at: now() });
  const columns: CsvColumn<ListedNotification>[] = [
    { label: t('csv.id'), cell: ({ id }) => id },
    { label: t('notifications.column.at'), cell: ({ at }) => fmt.iso(at) },
    { label: t('notifications.column.kind'), cell: ({ kind }) => t(`notifications.kind.${kind}`) },
    { label: t('notifications.column.what'), cell: (row) => told(row).text },
    { label: t('fields.reason'), cell: (row) => told(row).reason },
    { label: t('notifications.column.state'), cell: (row) => t(`notifications.state.${stateOf(row)}`) },
    { label: t('notifications.column.next'), cell: (row) => told(row).link?.label ?? null },
  ];
  return sendCsv(reply, 'notifications', columns, listAllNotifications(db, query, scope));
}
