import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { type CsvColumn, sendCsv } from '../http/csv.ts';
import { inTrail, listLinks } from '../http/list.ts';
import { parseListQuery } from '../lib/paging.ts';
import { deactivationConflict } from './admins.ts';
import { ADMIN_COLUMNS, ADMIN_FILTERS, ADMIN_STATUSES, type Admin, listAdmins, listAllAdmins } from './store.ts';

/** The view model of the list of admins. */
export function adminList(db: Db, request: FastifyRequest) {
  const { t } = request;
  const query = parseListQuery(request.query, ADMIN_FILTERS, ADMIN_COLUMNS);
  const { rows, ...found } = listAdmins(db, query);
  const text = (name: string, label: string) => ({ name, label, type: 'text' });
  return {
    list: listLinks('/admins', query, found),
    filters: [
      text('username', t('fields.username')),
      text('name', t('fields.name')),
      text('email', t('fields.email')),
      {
        name: 'status',
        label: t('chips.column.status'),
        type: 'select',
        options: ADMIN_STATUSES.map((value) => ({ value, label: t(`status.${value}`) })),
      },
    ],
    columns: [
      { name: 'username', label: t('fields.username') },
      { name: 'name', label: t('fields.name') },
      { name: 'email', label: t('fields.email') },
      { name: 'created', label: t('admins.created') },
      { name: 'status', label: t('chips.column.status') },
    ],
    rows: rows.map((admin) => ({
      ...admin,
      status: statusOf(admin),
      actions: actionsOf(db, t, admin),
    })),
  };
}

function actionsOf(db: Db, t: FastifyRequest['t'], admin: Admin) {
  const base = `/admins/${admin.id}`;
  return [
    ...(deactivationConflict(db, admin) === undefined
      ? [{ href: `${base}/deactivation/new`, label: t('chips.action.deactivate') }]
      : []),
    { href: `${base}/sign-out-everywhere/new`, label: t('sign-out-everywhere.short') },
    { href: `/audit?${new URLSearchParams({ actor: admin.username })}`, label: t('audit.actions-of') },
    { href: `/audit?thing=${admin.id}`, label: t('audit.show') },
  ];
}

/** Sends the list that was asked for, all of it, as CSV; the trail tells of it. */
export function exportAdmins(db: Db, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { t, fmt } = request;
  const query = parseListQuery(request.query, ADMIN_FILTERS, ADMIN_COLUMNS);
  const list = listLinks('/admins', query, listAdmins(db, query));
  recordChange(db, actorOf(request), { action: 'admin.export', detail: inTrail(list) });
  const columns: CsvColumn<Admin>[] = [
    { label: t('csv.id'), cell: ({ id }) => id },
    { label: t('fields.username'), cell: ({ username }) => username },
    { label: t('fields.first-name'), cell: ({ firstName }) => firstName },
    { label: t('fields.last-name'), cell: ({ lastName }) => lastName },
    { label: t('fields.email'), cell: ({ email }) => email },
    { label: t('admins.created'), cell: ({ createdAt }) => fmt.iso(createdAt) },
    { label: t('chips.column.status'), cell: (admin) => t(`status.${statusOf(admin)}`) },
  ];
  return sendCsv(reply, 'admins', columns, listAllAdmins(db, query));
}

const statusOf = ({ deactivatedAt }: Admin) => (deactivatedAt === null ? 'active' : 'deactivated');
