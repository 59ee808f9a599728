import type { FastifyRequest } from 'fastify';
import type { PathIndex } from '../../certificates/index.ts';
import { personOf } from '../../http/access.ts';
import { listLinks } from '../../http/list.ts';
import type { Person } from '../../http/session.ts';
import type { Translate } from '../../i18n/index.ts';
import { dayRange } from '../../lib/calendar.ts';
import { now } from '../../lib/clock.ts';
import { DAY } from '../../lib/durations.ts';
import { type ListQuery, parseListQuery } from '../../lib/paging.ts';
import type { Chips } from '../chip.ts';
import { CHIP_STATUSES, type ChipRow } from '../store.ts';
import { CHIP_COLUMNS, CHIP_FILTERS, type ChipScope, type ListedChip, listChips } from './store.ts';

/** What only an admin sees of a list: whose chips they are. */
const ADMIN_ONLY = ['organization', 'partner'];

/** What a person asked of the list, and whose chips it may see. */
export function chipListQuery({ timeZone }: Chips, request: FastifyRequest): { query: ListQuery; scope: ChipScope } {
  const person = personOf(request);
  const isAdmin = person.role === 'PARTNER_ADMIN';
  const offered = (name: string) => isAdmin || !ADMIN_ONLY.includes(name);
  const filters = CHIP_FILTERS.filter(({ name }) => offered(name));
  return {
    query: parseListQuery(request.query, filters, CHIP_COLUMNS.filter(offered)),
    scope: {
      ...(isAdmin ? {} : { partnerId: person.id }),
      at: now(),
      day: (day: string | undefined) => dayRange(day, timeZone),
    },
  };
}

/** The view model of the list: an admin's shows every provider's chips, a partner's its own. */
export async function chipList(chips: Chips, request: FastifyRequest) {
  const { t } = request;
  const { query, scope } = chipListQuery(chips, request);
  const isAdmin = scope.partnerId === undefined;
  const offered = (name: string) => isAdmin || !ADMIN_ONLY.includes(name);
  if (query.filters.status === 'untrusted') await chips.paths.refresh(scope.partnerId);
  const { rows, ...found } = listChips(chips.db, query, scope);
  const statuses = [...CHIP_STATUSES, 'untrusted' as const].map((value) => ({ value, label: t(`status.${value}`) }));
  return {
    isAdmin,
    list: listLinks('/chips', query, found),
    filters: [
      { name: 'status', label: t('chips.column.status'), type: 'select', options: statuses },
      { name: 'make', label: t('chips.column.make'), type: 'text' },
      { name: 'model', label: t('chips.column.model'), type: 'text' },
      { name: 'organization', label: t('fields.organization'), type: 'text' },
      { name: 'partner', label: t('chips.column.partner'), type: 'text' },
      { name: 'created', label: t('chips.column.created'), type: 'date' },
    ].filter((filter) => offered(filter.name)),
    columns: ['make', 'model', 'organization', 'partner', 'created', 'ends', 'status']
      .filter(offered)
      .map((name) => ({ name, label: t(`chips.column.${name}`) })),
    ...chipListRows(chips, request, rows),
  };
}

/** What rows are made of, for the list and every update of it. */
export function chipListRows({ paths }: Chips, request: FastifyRequest, chips: readonly ListedChip[]) {
  const standings = paths.standingsOf(chips.flatMap((chip) => (isInUse(chip) && chip.certificate) || []));
  return {
    rows: chips.map((chip) => chipListRow(request, chip, standings)),
    /** What can be done with a chip of these rows, by the row and the language alone: rows are kept. */
    actionsOf: (row: ChipListRow) => chipActions(row, row, request.t),
  };
}

/** All that a row depends on, besides the language: one that is shown again is not put together again (`kept` of `src/http/templates.ts`). */
type ChipListRow = ReturnType<typeof chipListRow>;

function chipListRow(request: FastifyRequest, chip: ListedChip, standings: ReturnType<PathIndex['standingsOf']>) {
  const { t, fmt } = request;
  const { certificate, certificateId, make, model, organization, partner, status, createdAt } = chip;
  const standing = certificate && isInUse(chip) ? standings.get(certificate.id) : null;
  return {
    ...rightsOf(personOf(request)),
    id: chip.id,
    make,
    model,
    organization,
    partner,
    status,
    certificateId,
    createdAt,
    waiting: status === 'pending_approval' ? t('chips.waiting', { when: fmt.relative(chip.statusAt, now()) }) : null,
    endsAt: certificate?.notAfter ?? null,
    ends:
      certificate && Math.abs(certificate.notAfter - now()) < 60 * DAY
        ? endsText(t, fmt.relative(certificate.notAfter, now()), certificate.notAfter)
        : null,
    /** Only what is wrong with the certificate is shown beside the status. */
    standing: standing === 'valid' ? null : standing,
  };
}

/** Of a chip that is rejected or deactivated nobody asks any more how its certificate stands. */
function isInUse({ status }: Pick<ChipRow, 'status'>): boolean {
  return status !== 'deactivated' && status !== 'rejected';
}

function endsText(t: Translate, when: string, notAfter: number): string {
  return t(notAfter < now() ? 'certificate.ended' : 'certificate.ends', { when });
}

export interface ChipAction {
  readonly href: string;
  readonly label: string;
  /** Opens in the dialog where there is JavaScript. */
  readonly dialog?: true;
  readonly download?: true;
}

/** The form for adding a chip, with make and model of this one filled in. */
export function addAgainPath({ make, model }: Pick<ChipRow, 'make' | 'model'>): string {
  return `/chips/new?${new URLSearchParams({ make, model })}`;
}

/** As far as it decides what somebody can do with a chip. */
interface Rights {
  readonly isAdmin: boolean;
  /** Not deactivated. */
  readonly mayChange: boolean;
}

export function rightsOf({ role, deactivatedAt }: Person): Rights {
  return { isAdmin: role === 'PARTNER_ADMIN', mayChange: deactivatedAt === null };
}

/** What somebody can do with a chip now (rules 6). */
export function chipActions(
  chip: Pick<ChipRow, 'id' | 'make' | 'model' | 'status' | 'certificateId'>,
  { isAdmin, mayChange }: Rights,
  t: Translate,
): ChipAction[] {
  const base = `/chips/${chip.id}`;
  const actions: (ChipAction | false)[] = [
    isAdmin &&
      chip.status === 'pending_approval' && {
        href: `${base}/decision/new`,
        label: t('chips.action.decide'),
        dialog: true,
      },
    { href: base, label: t('list.details') },
    { href: `${base}/certificate`, label: t('chips.action.manage') },
    chip.certificateId !== null && {
      href: `${base}/certificate/original`,
      label: t('chips.action.download'),
      download: true,
    },
    mayChange &&
      chip.status === 'approved' && {
        href: `${base}/deactivation/new`,
        label: t('chips.action.deactivate'),
        dialog: true,
      },
    !isAdmin &&
      mayChange &&
      (chip.status === 'rejected' || chip.status === 'deactivated') && {
        href: addAgainPath(chip),
        label: t('chips.action.add-again'),
      },
  ];
  return actions.filter((action) => action !== false);
}
