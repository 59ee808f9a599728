import type { FastifyRequest } from 'fastify';
import { listLinks } from '../../http/list.ts';
import { dayRange } from '../../lib/calendar.ts';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import { type ListQuery, parseListQuery } from '../../lib/paging.ts';
import { kindOf, statusOf, type TrustStore } from '../ca-certificate.ts';
import {
  CA_COLUMNS,
  CA_FILTERS,
  CA_STATUSES,
  type CaScope,
  DOMAINS,
  type ListedCa,
  listCaCertificates,
} from '../store.ts';

/** What was asked of the list, and of which tab. */
export function caListQuery(timeZone: string, request: FastifyRequest): { query: ListQuery; scope: CaScope } {
  return {
    query: parseListQuery(request.query, CA_FILTERS, CA_COLUMNS),
    scope: {
      kind: kindOf((request.query as { type?: unknown }).type),
      at: now(),
      day: (day: string | undefined) => dayRange(day, timeZone),
    },
  };
}

/** The view model of one tab of the trust store. */
export function trustStoreList({ db, trust, timeZone }: TrustStore, request: FastifyRequest) {
  const { t, fmt } = request;
  const { query, scope } = caListQuery(timeZone, request);
  const { kind, at } = scope;
  const { rows, ...found } = listCaCertificates(db, query, scope);
  return {
    kind,
    tabs: (['root', 'intermediate'] as const).map((tab) => ({
      href: `/trust-store?type=${tab}`,
      label: t(`trust-store.tab.${tab}`),
      current: tab === kind,
    })),
    list: listLinks('/trust-store', query, found, { type: kind }),
    columns: ['domain', 'issuedTo', 'issuedBy', 'validFrom', 'validTill', 'uploaded', 'status'].map((name) => ({
      name,
      label: t(`trust-store.column.${name}`),
    })),
    filters: [
      {
        name: 'domain',
        label: t('trust-store.domain'),
        type: 'select',
        options: DOMAINS.map((value) => ({ value, label: value })),
      },
      { name: 'issuedTo', label: t('trust-store.column.issuedTo'), type: 'text' },
      { name: 'issuedBy', label: t('trust-store.column.issuedBy'), type: 'text' },
      { name: 'validFrom', label: t('trust-store.column.validFrom'), type: 'date' },
      { name: 'validTill', label: t('trust-store.column.validTill'), type: 'date' },
      { name: 'uploaded', label: t('trust-store.column.uploaded'), type: 'date' },
      {
        name: 'status',
        label: t('trust-store.column.status'),
        type: 'select',
        options: CA_STATUSES.map((value) => ({ value, label: t(`status.${value}`) })),
      },
    ],
    rows: rows.map((row) => ({
      ...row,
      status: statusOf(row, trust),
      actions: actionsOf(row, t),
      ended: row.notAfter < at,
      endsWhen: fmt.relative(row.notAfter, at),
      near: Math.abs(row.notAfter - at) < 60 * DAY,
    })),
  };
}

function actionsOf(row: Pick<ListedCa, 'id' | 'kind' | 'retired'>, t: FastifyRequest['t']) {
  const pem = { href: `/trust-store/${row.id}/download`, label: t('trust-store.download.certificate'), download: true };
  const chain = {
    href: `/trust-store/${row.id}/download?format=p7b`,
    label: t('trust-store.download.chain'),
    download: true,
  };
  return [
    { href: `/trust-store/${row.id}`, label: t('list.details') },
    ...(row.kind === 'intermediate' ? [chain, pem] : [pem]),
    ...(row.retired
      ? []
      : [{ href: `/trust-store/${row.id}/retirement/new`, label: t('trust-store.retirement.retire'), dialog: true }]),
  ];
}
