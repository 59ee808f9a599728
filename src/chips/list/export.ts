import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, recordChange } from '../../audit/index.ts';
import { type Cell, type CsvColumn, sendCsv } from '../../http/csv.ts';
import { inTrail, listLinks } from '../../http/list.ts';
import { now } from '../../lib/clock.ts';
import type { Chips } from '../chip.ts';
import { chipListQuery } from './list.ts';
import { type ListedChip, listAllChips, listChips } from './store.ts';

/** Sends the list that was asked for, all of it, as CSV; the trail tells of it. */
export async function exportChips(chips: Chips, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db, paths } = chips;
  const { query, scope } = chipListQuery(chips, request);
  const isAdmin = scope.partnerId === undefined;
  // The index of paths tells of every chip at once how it stands; judging one by one would take the time of all of them.
  await paths.refresh(scope.partnerId);
  const lost = paths.listLost(scope.partnerId);
  const list = listLinks('/chips', query, listChips(db, query, scope));
  recordChange(db, actorOf(request), { action: 'chip.export', detail: inTrail(list) });
  const columns = columnsFor(request, lost).filter(({ adminOnly }) => isAdmin || adminOnly !== true);
  return sendCsv(reply, 'chips', columns, listAllChips(db, query, scope));
}

function columnsFor(
  { t, fmt }: FastifyRequest,
  lost: ReadonlySet<string>,
): (CsvColumn<ListedChip> & { readonly adminOnly?: true })[] {
  const instant = (at: number | undefined) => (at === undefined ? null : fmt.iso(at));
  return [
    { label: t('csv.id'), cell: ({ id }) => id },
    { label: t('chips.column.make'), cell: ({ make }) => make },
    { label: t('chips.column.model'), cell: ({ model }) => model },
    { label: t('chips.column.organization'), cell: ({ organization }) => organization, adminOnly: true },
    { label: t('chips.column.partner'), cell: ({ partner }) => partner, adminOnly: true },
    { label: t('chips.column.created'), cell: ({ createdAt }) => fmt.iso(createdAt) },
    { label: t('chips.column.status'), cell: ({ status }) => t(`status.${status}`) },
    { label: t('csv.since'), cell: ({ statusAt }) => fmt.iso(statusAt) },
    { label: t('chips.column.ends'), cell: ({ certificate }) => instant(certificate?.notAfter) },
    { label: t('csv.standing'), cell: (chip) => standingText(t, chip, lost) },
    { label: t('certificate.fingerprint'), cell: ({ certificate }) => certificate?.fingerprint ?? null },
  ];
}

/** As the list shows it: of a chip that is rejected or deactivated nobody asks any more. */
function standingText(t: FastifyRequest['t'], { status, certificate }: ListedChip, lost: ReadonlySet<string>): Cell {
  if (certificate === null || status === 'rejected' || status === 'deactivated') return null;
  if (certificate.notAfter < now()) return t('status.expired');
  return t(lost.has(certificate.id) ? 'status.untrusted' : 'status.valid');
}
