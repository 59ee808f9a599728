import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../../audit/index.ts';
import { type CsvColumn, sendCsv } from '../../http/csv.ts';
import { inTrail, listLinks } from '../../http/list.ts';
import { statusOf, type TrustStore } from '../ca-certificate.ts';
import { type ListedCa, listAllCaCertificates, listCaCertificates } from '../store.ts';
import { caListQuery } from './list.ts';

/** Sends one tab as it was asked for, all of it, as CSV; the trail tells of it. */
export function exportCaCertificates(store: TrustStore, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { db, trust, timeZone } = store;
  const { t, fmt } = request;
  const { query, scope } = caListQuery(timeZone, request);
  const list = listLinks('/trust-store', query, listCaCertificates(db, query, scope), { type: scope.kind });
  recordChange(db, actorOf(request), { action: 'ca-certificate.export', detail: inTrail(list) });
  const columns: CsvColumn<ListedCa>[] = [
    { label: t('csv.id'), cell: ({ id }) => id },
    { label: t('trust-store.kind'), cell: ({ kind }) => t(`chain.${kind}`) },
    { label: t('trust-store.column.domain'), cell: ({ domain }) => domain },
    { label: t('trust-store.column.issuedTo'), cell: ({ subject }) => subject },
    { label: t('trust-store.column.issuedBy'), cell: ({ issuer }) => issuer },
    { label: t('trust-store.column.validFrom'), cell: ({ notBefore }) => fmt.iso(notBefore) },
    { label: t('trust-store.column.validTill'), cell: ({ notAfter }) => fmt.iso(notAfter) },
    { label: t('trust-store.column.uploaded'), cell: ({ uploadedAt }) => fmt.iso(uploadedAt) },
    { label: t('trust-store.column.status'), cell: (row) => t(`status.${statusOf(row, trust)}`) },
    { label: t('certificate.fingerprint'), cell: ({ fingerprint }) => fingerprint },
  ];
  return sendCsv(reply, `trust-store-${scope.kind}`, columns, listAllCaCertificates(db, query, scope));
}
