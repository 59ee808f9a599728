import type { FastifyReply, FastifyRequest } from 'fastify';
import { certificateView, chainView } from '../../http/certificate-view.ts';
import { listLinks } from '../../http/list.ts';
import { homeCrumb } from '../../http/navigation.ts';
import { newestFirst, type TimelineEvent } from '../../http/timeline.ts';
import { refusalOf } from '../../http/view.ts';
import type { Translate } from '../../i18n/index.ts';
import { parseListQuery } from '../../lib/paging.ts';
import type { Reason } from '../../lib/reasons.ts';
import type { CertificatePath } from '../../pki/index.ts';
import { issuedBy } from '../below.ts';
import { type CaStatus, type Dependent, pathOf, statusOf, type TrustStore } from '../ca-certificate.ts';
import { listRetirements, type Retirement } from '../retirement/store.ts';
import { type CaRow, isRetired } from '../store.ts';
import { parseCa } from '../trust.ts';
import { uploaderOf } from './store.ts';

/** So many intermediates are named; the list has them all. */
const MOST_NAMED = 8;

/** Answers with the page of a CA certificate as it stands now; with reasons when its state forbade something (409). */
export async function showCa(
  store: TrustStore,
  request: FastifyRequest,
  reply: FastifyReply,
  row: CaRow,
  reasons: readonly Reason[] = [],
): Promise<FastifyReply> {
  const { db, trust } = store;
  const { t } = request;
  const certificate = parseCa(row);
  const { path, faults } = pathOf(row, certificate, trust);
  const retirements = listRetirements(db, row.id);
  const title = certificate.subject.label;
  const below = await issuedBy(trust, row.domain, certificate);
  const status = statusOf({ ...row, retired: isRetired(db, row.id) }, trust);
  const model = {
    ca: { id: row.id, domain: row.domain, kind: row.kind, uploadedAt: row.uploadedAt, status },
    retirement: status === 'retired' ? (retirements[0] ?? null) : null,
    history: historyOf(t, { at: row.uploadedAt, by: uploaderOf(db, row.id) }, retirements),
    certificate: certificateView(certificate, request.fmt),
    chain: chainOf(path, faults, status),
    below: {
      total: below.length,
      named: below.slice(0, MOST_NAMED).map(({ id, certificate: { subject } }) => ({ id, name: subject.text })),
      all: `/trust-store?${new URLSearchParams({ type: 'intermediate', issuedBy: certificate.subject.text })}`,
    },
    ...(await dependentsModel(store, request, row)),
    reasons: refusalOf(request, reasons),
  };
  const list = { label: t('trust-store.title'), href: `/trust-store?type=${row.kind}` };
  return reply.page('trust-store/show', model, {
    title,
    breadcrumbs: [homeCrumb(request), list, { label: title }],
    status: reasons.length > 0 ? 409 : 200,
  });
}

/** The list of the certificates that depend on it, with its pager. */
export async function dependentsModel({ dependents }: TrustStore, request: FastifyRequest, row: CaRow) {
  const query = parseListQuery(request.query, [], []);
  const { rows, total } = await dependents.dependentsOf(row.id, query);
  return { list: listLinks(`/trust-store/${row.id}`, query, { total }), rows: rows.map(dependentRow) };
}

function dependentRow(row: Dependent) {
  const { id, chipId, partnerId, username, organization, make, model, notAfter, standing } = row;
  return {
    id,
    kind: chipId === null ? ('partner' as const) : ('chip' as const),
    href: chipId === null ? `/partners/${partnerId}` : `/chips/${chipId}`,
    name: chipId === null ? username : `${make} ${model}`,
    username,
    organization,
    notAfter,
    standing,
  };
}

/** Its chain; the last step of that of a retired one is not marked as good. */
function chainOf(path: CertificatePath, faults: readonly Reason[], status: CaStatus) {
  const view = chainView(path, faults);
  if (status !== 'retired') return view;
  return { ...view, steps: view.steps.map((step) => (step.kind === 'this' ? { ...step, state: 'unknown' } : step)) };
}

/** Who added, retired and reinstated it when, newest first. */
function historyOf(
  t: Translate,
  added: { at: number; by: string },
  retirements: readonly Retirement[],
): TimelineEvent[] {
  return newestFirst([
    { ...added, title: t('trust-store.history.added'), icon: 'plus' },
    ...retirements
      .toReversed()
      .flatMap(({ at, by, reason, endedAt, endedBy }): TimelineEvent[] => [
        { at, by, reason, title: t('trust-store.history.retired'), icon: 'ban' },
        ...(endedAt === null
          ? []
          : [{ at: endedAt, by: endedBy ?? '', title: t('trust-store.history.reinstated'), icon: 'refresh-cw' }]),
      ]),
  ]);
}
