import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { lostPath } from '../../certificates/index.ts';
import {
  beginning,
  countRows,
  flatRows,
  type ListSource,
  listBlocks,
  listPage,
  matchOf,
  preparedOnce,
  type Queries,
  type Selection,
  type SortColumns,
  schema,
} from '../../db/index.ts';
import { isDay } from '../../lib/calendar.ts';
import { type Filter, type ListQuery, oneOf, type Page } from '../../lib/paging.ts';
import { caseKey } from '../../lib/text.ts';
import { CHIP_STATUSES, type ChipRow } from '../store.ts';

const { accounts, certificates, chipList, chips, partners, personList } = schema;

const SOURCE: ListSource<ListedChip> = { table: chipList, key: chipList.seq, search: 'chip_search', read: readListed };
const SORTED_BY: SortColumns = {
  make: [chipList.makeKey],
  model: [chipList.modelKey],
  organization: [chipList.organization],
  partner: [chipList.usernameKey],
  created: [chipList.createdAt],
  submitted: [chipList.statusAt],
  ends: [chipList.endsAt],
  status: [chipList.status],
};
export const CHIP_COLUMNS = Object.keys(SORTED_BY);
export const CHIP_FILTERS: readonly Filter[] = [
  oneOf('status', [...CHIP_STATUSES, 'untrusted']),
  { name: 'make' },
  { name: 'model' },
  { name: 'organization' },
  { name: 'partner' },
  { name: 'created', accepts: isDay },
];

export interface ListedChip extends Omit<ChipRow, 'makeKey' | 'modelKey'> {
  readonly organization: string;
  readonly partner: string;
  /** Of the current certificate, if there is one. */
  readonly certificate: {
    readonly id: string;
    readonly fingerprint: string;
    readonly notAfter: number;
  } | null;
}

/** Whose chips are listed, and when. */
export interface ChipScope {
  /** Undefined: everybody's, as an admin sees them. */
  readonly partnerId?: string;
  readonly at: number;
  readonly day: (day: string | undefined) => { from: number; to: number } | undefined;
}

/** One page of chips: all of them for an admin, one partner's for a partner. */
export function listChips(db: Queries, query: ListQuery, scope: ChipScope): Page<ListedChip> {
  return listPage(db, SOURCE, selectionOf(db, query, scope), query);
}

/** Every chip of a list, in its order, in blocks. */
export function listAllChips(db: Queries, query: ListQuery, scope: ChipScope): Generator<ListedChip[]> {
  return listBlocks(db, SOURCE, selectionOf(db, query, scope));
}

function readListed(db: Queries, keys: number[]) {
  const rows = flatRows(LISTED, listedBy(db), { keys: JSON.stringify(keys) });
  return rows.map((row) => ({ key: row.key, row: toListed(row) }));
}

const listedBy = preparedOnce((db) =>
  selectListed(db)
    .where(sql`${chipList.seq} IN (SELECT value FROM json_each(${sql.placeholder('keys')}))`)
    .prepare(),
);

function selectionOf(db: Queries, { q, filters, sort }: ListQuery, { partnerId, at, day }: ChipScope): Selection {
  const { status, make, model, organization, partner } = filters;
  const created = day(filters.created);
  const named = partnerId ?? findPartnerNamed(db, partner);
  const own = named === undefined ? undefined : eq(chipList.partnerId, named);
  const match = matchOf([
    {
      columns: partnerId === undefined ? ['make', 'model', 'organization', 'username'] : ['make', 'model'],
      text: q,
      words: true,
    },
    { columns: ['make'], text: make },
    { columns: ['model'], text: model },
    { columns: ['organization'], text: organization },
    // Somebody of exactly this name, or those whose name has it in it.
    { columns: ['username'], text: named === undefined ? partner : undefined },
  ]);
  // Only the chips of the partner are searched; that they are the partner's is decided by the table.
  const ofOwner = match === undefined || named === undefined ? [] : [{ columns: ['owner'], text: beginning(named) }];
  const counted = match === undefined && created === undefined && status !== 'untrusted';
  return {
    match:
      match === undefined ? undefined : [match, matchOf(ofOwner)].filter((each) => each !== undefined).join(' AND '),
    where: [
      own,
      status === undefined || status === 'untrusted' ? undefined : eq(chipList.status, status),
      status === 'untrusted' ? isUntrusted(at, partnerId) : undefined,
      created && isCreatedWithin(created, own),
    ],
    order: sort && { columns: SORTED_BY[sort.column] ?? [], descending: sort.descending },
    total: counted ? countRows(db, 'chips', named ?? '', status === undefined ? undefined : [status]) : undefined,
  };
}

/** The partner of exactly this username, whatever the case. */
function findPartnerNamed(db: Queries, username: string | undefined): string | undefined {
  if (username === undefined) return undefined;
  const is = and(eq(personList.role, 'FTM_PROVIDER'), eq(personList.usernameKey, caseKey(username)));
  return db.select({ id: personList.accountId }).from(personList).where(is).get()?.id;
}

/** By keys, so that the order stays that of the keys. */
function isCreatedWithin({ from, to }: { from: number; to: number }, own: SQL | undefined): SQL {
  const within = and(own, gte(chipList.createdAt, from), lt(chipList.createdAt, to));
  return sql`${chipList.seq} IN (SELECT ${chipList.seq} FROM ${chipList} WHERE ${within})`;
}

/** Pending or approved with a certificate that lost its path. */
function isUntrusted(at: number, partnerId: string | undefined): SQL {
  return sql`${chipList.seq} IN (SELECT l.seq FROM certificates c JOIN chip_list l ON l.chip_id = c.chip_id WHERE c.id IN (${lostPath(at, partnerId)}))`;
}

/** One chip as lists show it. */
export function findListedChip(db: Queries, id: string): ListedChip | undefined {
  const row = selectListed(db).where(eq(chipList.chipId, id)).get();
  return row && toListed(row);
}

/** The newest chips of a partner, and how many it has. */
export function listNewestChips(db: Queries, partnerId: string, at: number, size: number): Page<ListedChip> {
  const query = { q: '', filters: {}, sort: undefined, page: 1, size };
  return listChips(db, query, { partnerId, at, day: () => undefined });
}

const LISTED = {
  key: chipList.seq,
  id: chips.id,
  partnerId: chips.partnerId,
  make: chips.make,
  model: chips.model,
  status: chips.status,
  certificateId: chips.certificateId,
  createdAt: chips.createdAt,
  statusAt: chips.statusAt,
  organization: partners.organization,
  partner: accounts.username,
  fingerprint: certificates.fingerprint,
  notAfter: certificates.notAfter,
};

function selectListed(db: Queries) {
  return db
    .select(LISTED)
    .from(chipList)
    .innerJoin(chips, eq(chips.id, chipList.chipId))
    .innerJoin(partners, eq(partners.accountId, chips.partnerId))
    .innerJoin(accounts, eq(accounts.id, chips.partnerId))
    .leftJoin(certificates, eq(certificates.id, chips.certificateId));
}

type Selected = ReturnType<ReturnType<typeof selectListed>['all']>[number];

function toListed(row: Selected): ListedChip {
  const { certificateId, fingerprint, notAfter } = row;
  const certificate =
    certificateId === null || fingerprint === null || notAfter === null
      ? null
      : { id: certificateId, fingerprint, notAfter };
  const { id, partnerId, make, model, status, createdAt, statusAt, organization, partner } = row;
  return { id, partnerId, make, model, status, certificateId, createdAt, statusAt, organization, partner, certificate };
}
