import type { FastifyRequest } from 'fastify';
import type { Db } from '../../db/index.ts';
import { personOf } from '../../http/access.ts';
import { listLinks } from '../../http/list.ts';
import { dayRange } from '../../lib/calendar.ts';
import { now } from '../../lib/clock.ts';
import { type ListQuery, parseListQuery } from '../../lib/paging.ts';
import { kindsOf, LOOKS } from '../kinds.ts';
import {
  type ListedNotification,
  listNotifications,
  listUnread,
  NOTIFICATION_COLUMNS,
  NOTIFICATION_FILTERS,
  type NotificationScope,
  STATES,
  type Unread,
} from '../store.ts';
import { wordNotification } from '../wording.ts';

/** What the pages of notifications work with. */
export interface Pages {
  readonly db: Db;
  readonly timeZone: string;
  readonly countUnread: (accountId: string) => Unread;
}

/** The panel behind the bell shows the newest of them. */
const IN_PANEL = 6;

/** What a person asked of the list, and that it is the person's own. */
export function notificationQuery(
  timeZone: string,
  request: FastifyRequest,
  asked: unknown,
): { query: ListQuery; scope: NotificationScope } {
  return {
    query: parseListQuery(asked, NOTIFICATION_FILTERS, NOTIFICATION_COLUMNS),
    scope: { accountId: personOf(request).id, day: (day) => dayRange(day, timeZone) },
  };
}

/** The view model of the page: everything a person was told, as the query asks. */
export function notificationList({ db, timeZone, countUnread }: Pages, request: FastifyRequest, asked: unknown) {
  const { t } = request;
  const person = personOf(request);
  const { query, scope } = notificationQuery(timeZone, request, asked);
  const { rows, ...found } = listNotifications(db, query, scope);
  const kinds = kindsOf(person.role).map((value) => ({ value, label: t(`notifications.kind.${value}`) }));
  const states = STATES.map((value) => ({ value, label: t(`notifications.state.${value}`) }));
  return {
    list: listLinks('/notifications', query, found),
    filters: [
      { name: 'kind', label: t('notifications.column.kind'), type: 'select', options: kinds },
      { name: 'state', label: t('notifications.column.state'), type: 'select', options: states },
      { name: 'from', label: t('notifications.from'), type: 'date' },
      { name: 'to', label: t('notifications.to'), type: 'date' },
    ],
    columns: [{ name: 'at', label: t('notifications.column.at') }],
    rows: rows.map((row) => toView(request, row)),
    unread: countUnread(person.id),
    newest: newestUnread(listUnread(db, person.id, 1)),
  };
}

/** The view model of the panel: the newest unread ones. */
export function notificationPanel({ db, countUnread }: Pages, request: FastifyRequest) {
  const person = personOf(request);
  const rows = listUnread(db, person.id, IN_PANEL);
  return {
    rows: rows.map((row) => toView(request, row)),
    unread: countUnread(person.id),
    newest: newestUnread(rows),
  };
}

/** "Dismiss all" dismisses what had come when the page was made, not what came since. */
function newestUnread([newest]: readonly { readonly id: number }[]): number {
  return newest?.id ?? 0;
}

function toView(request: FastifyRequest, row: ListedNotification) {
  const { t, fmt } = request;
  const told = wordNotification(row, { t, fmt, at: now() });
  return { id: row.id, kind: row.kind, at: row.at, state: stateOf(row), ...LOOKS[row.kind], ...told };
}

/** Whether it was put away. */
export function stateOf({ dismissedAt }: ListedNotification): (typeof STATES)[number] {
  return dismissedAt === null ? 'unread' : 'dismissed';
}
