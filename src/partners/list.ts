import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../audit/index.ts';
import type { PathIndex } from '../certificates/index.ts';
import type { Db } from '../db/index.ts';
import { type Cell, type CsvColumn, sendCsv } from '../http/csv.ts';
import { inTrail, listLinks } from '../http/list.ts';
import { now } from '../lib/clock.ts';
import { parseListQuery } from '../lib/paging.ts';
import { standingBeside } from './show.ts';
import {
  type ListedPartner,
  listAllPartners,
  listPartners,
  PARTNER_COLUMNS,
  PARTNER_FILTERS,
  PARTNER_STATUSES,
} from './store.ts';

/** The view model of the list of partners. */
export async function partnerList(db: Db, paths: PathIndex, request: FastifyRequest) {
  const { t } = request;
  const query = parseListQuery(request.query, PARTNER_FILTERS, PARTNER_COLUMNS);
  if (query.filters.status === 'untrusted') await paths.refresh();
  const { rows, ...found } = listPartners(db, query, now());
  const standings = paths.standingsOf(rows.flatMap(({ certificate }) => certificate ?? []));
  return {
    list: listLinks('/partners', query, found),
    filters: [
      { name: 'username', label: t('partners.column.username'), type: 'text' },
      { name: 'organization', label: t('partners.column.organization'), type: 'text' },
      { name: 'email', label: t('partners.column.email'), type: 'text' },
      {
        name: 'status',
        label: t('partners.column.status'),
        type: 'select',
        options: [...PARTNER_STATUSES, 'untrusted' as const].map((value) => ({ value, label: t(`status.${value}`) })),
      },
    ],
    columns: PARTNER_COLUMNS.map((name) => ({ name, label: t(`partners.column.${name}`) })),
    rows: rows.map(({ certificate, ...row }) => ({
      ...row,
      standing: standingBeside(row.status, certificate, standings),
      actions: [{ href: `/partners/${row.id}`, label: t('list.details') }],
    })),
  };
}

/** Sends the list that was asked for, all of it, as CSV; the trail tells of it. */
export async function exportPartners(
  db: Db,
  paths: PathIndex,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { t, fmt } = request;
  const query = parseListQuery(request.query, PARTNER_FILTERS, PARTNER_COLUMNS);
  await paths.refresh();
  const lost = paths.listLost();
  const at = now();
  const list = listLinks('/partners', query, listPartners(db, query, at));
  recordChange(db, actorOf(request), { action: 'partner.export', detail: inTrail(list) });
  const standing = ({ status, certificate }: ListedPartner): Cell => {
    if (status !== 'active' || certificate === null) return null;
    if (certificate.notAfter < at) return t('status.expired');
    return t(lost.has(certificate.id) ? 'status.untrusted' : 'status.valid');
  };
  const columns: CsvColumn<ListedPartner>[] = [
    { label: t('csv.id'), cell: ({ id }) => id },
    { label: t('partners.column.username'), cell: ({ username }) => username },
    { label: t('fields.name'), cell: ({ name }) => name },
    { label: t('partners.column.organization'), cell: ({ organization }) => organization },
    { label: t('partners.column.email'), cell: ({ email }) => email },
    { label: t('fields.phone'), cell: ({ phone }) => phone },
    { label: t('partners.column.created'), cell: ({ createdAt }) => fmt.iso(createdAt) },
    { label: t('partners.column.status'), cell: ({ status }) => t(`status.${status}`) },
    {
      label: t('certificate.till'),
      cell: ({ certificate }) => (certificate === null ? null : fmt.iso(certificate.notAfter)),
    },
    { label: t('csv.standing'), cell: standing },
  ];
  return sendCsv(reply, 'partners', columns, listAllPartners(db, query, at));
}
