import type { FastifyRequest } from 'fastify';
import { listLinks } from '../../http/list.ts';
import { dayRange } from '../../lib/calendar.ts';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import { parseListQuery } from '../../lib/paging.ts';
import { kindOf, statusOf, type TrustStore } from '../ca-certificate.ts';
import { CA_COLUMNS, CA_FILTERS, DOMAINS, type ListedCa, listCaCertificates } from '../store.ts';

/** The view model of one tab of the trust store. */
export function trustStoreList({ db, trust, timeZone }: TrustStore, request: FastifyRequest) {
  const { t, fmt } = request;
  const kind = kindOf((request.query as { type?: unknown }).type);
  const query = parseListQuery(request.query, CA_FILTERS, CA_COLUMNS);
  const at = now();
  const { rows, total } = listCaCertificates(db, query, { kind, at, day: (day) => dayRange(day, timeZone) });
  return {
    kind,
    tabs: (['root', 'intermediate'] as const).map((tab) => ({
      href: `/trust-store?type=${tab}`,
      label: t(`trust-store.tab.${tab}`),
      current: tab === kind,
    })),
    list: listLinks('/trust-store', query, total, { type: kind }),
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
      {
        name: 'status',
        label: t('trust-store.column.status'),
        type: 'select',
        options: (['valid', 'expired', 'retired'] as const).map((value) => ({ value, label: t(`status.${value}`) })),
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
