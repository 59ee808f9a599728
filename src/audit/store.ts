import { and, asc, eq, gt, gte, inArray, lt, type Placeholder, type SQL, sql } from 'drizzle-orm';
import {
  countRows,
  type ListSource,
  listBlocks,
  listPage,
  matchOf,
  preparedOnce,
  type Queries,
  type Selection,
  type SortColumns,
  schema,
} from '../db/index.ts';
import { isDay } from '../lib/calendar.ts';
import { type Filter, type ListQuery, oneOf, type Page } from '../lib/paging.ts';
import { ACTIONS } from './actions.ts';

const { auditEntries, auditHead } = schema;
const { id, at, actor, action, outcome, thingId, thingType } = auditEntries;

/** A row before it is written. */
type NewEntry = Omit<typeof auditEntries.$inferInsert, 'id' | 'hash'>;

/** The hash is worked out in the statement itself, so that no other row can come between a row and the one that its hash is over. */
export function insertAuditEntry(db: Queries, entry: NewEntry): void {
  insertHashed(db).run(Object.fromEntries(HASHED.map((name) => [name, entry[name] ?? null])));
}

const insertHashed = preparedOnce((db) => {
  const values = HASHED.map((name) => sql`${sql.placeholder(name)}`);
  const hash = sql<string>`chained_hash((SELECT ${auditHead.hash} FROM ${auditHead} WHERE ${auditHead.id} = 1), ${sql.join(values, sql`, `)})`;
  const row = Object.fromEntries(HASHED.map((name) => [name, sql.placeholder(name)]));
  return db
    .insert(auditEntries)
    .values({ ...(row as Record<(typeof HASHED)[number], Placeholder>), hash })
    .prepare();
});

/** What the hash of a row is over, besides the hash before it, in their order (migrations/0007). */
const HASHED = [
  'at',
  'actorId',
  'actor',
  'address',
  'action',
  'thingType',
  'thingId',
  'outcome',
  'code',
  'detail',
] as const;

/** The values of those. */
export function hashedValues(entry: NewEntry): (string | number | null)[] {
  return HASHED.map((name) => entry[name] ?? null);
}

/** The last row of the trail and its hash; what stands there stands for every row before it. */
export interface Head {
  /** 0: there is no row yet. */
  readonly entryId: number;
  readonly hash: string;
}

/** The present head. */
export function getHead(db: Queries): Head {
  const head = db.select().from(auditHead).where(eq(auditHead.id, 1)).get();
  if (head === undefined) throw new Error('the trail has no head');
  return { entryId: head.entryId, hash: head.hash };
}

/** Every row, in the order in which they were written. */
export function* readTrail(db: Queries): Generator<AuditRow> {
  // From the least id that there is, which somebody may have written in.
  let after: SQL | undefined;
  for (;;) {
    const rows = db.select().from(auditEntries).where(after).orderBy(asc(id)).limit(BLOCK).all();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = gt(id, last.id);
  }
}

/** Rows of the trail read at once. */
const BLOCK = 1000;

export type AuditRow = typeof auditEntries.$inferSelect;

/** The kinds of things that changes are about. */
const THING_TYPES = ['account', 'ca-certificate', 'chip', 'partner', 'signing-ca'] as const;

const SOURCE: ListSource<AuditRow> = { table: auditEntries, key: id, search: 'audit_search', read: readListed };
/** As the index has it: names are compared without their case. */
const ACTOR = sql`${actor} COLLATE NOCASE`;
const SORTED_BY: SortColumns = { at: [at], actor: [ACTOR, at], action: [action, at], outcome: [outcome, at] };
export const AUDIT_COLUMNS = Object.keys(SORTED_BY);
export const AUDIT_FILTERS: readonly Filter[] = [
  { name: 'actor' },
  { name: 'thing' },
  oneOf('action', ACTIONS),
  oneOf('outcome', ['done', 'refused']),
  { name: 'from', accepts: isDay },
  { name: 'to', accepts: isDay },
];

type Day = (day: string | undefined) => { from: number; to: number } | undefined;

/** One page of the trail; newest first unless another order is asked for. `from` and `to` are whole days. */
export function listAuditEntries(db: Queries, query: ListQuery, day: Day): Page<AuditRow> {
  return listPage(db, SOURCE, selectionOf(db, query, day), query);
}

/** Every row of a list of the trail, in its order, in blocks. */
export function listAllAuditEntries(db: Queries, query: ListQuery, day: Day): Generator<AuditRow[]> {
  return listBlocks(db, SOURCE, selectionOf(db, query, day));
}

function readListed(db: Queries, keys: number[]) {
  const rows = db.select().from(auditEntries).where(inArray(id, keys)).all();
  return rows.map((row) => ({ key: row.id, row }));
}

function selectionOf(db: Queries, { q, filters, sort }: ListQuery, day: Day): Selection {
  const person = personCondition(db, filters.actor);
  const thing = thingCondition(filters.thing);
  const match = matchOf([
    { columns: ['actor', 'thing', 'action', 'text'], text: q, words: true },
    { columns: ['actor'], text: person === undefined ? filters.actor : undefined },
    { columns: ['thing'], text: thing === undefined ? filters.thing : undefined },
  ]);
  const first = day(filters.from)?.from;
  const last = day(filters.to)?.to;
  const where = [
    person,
    thing,
    filters.action === undefined ? undefined : eq(action, filters.action),
    first === undefined ? undefined : gte(at, first),
    last === undefined ? undefined : lt(at, last),
  ];
  const counted = match === undefined && where.every((condition) => condition === undefined);
  const byOutcome = filters.outcome === undefined ? undefined : sql`${outcome} = ${filters.outcome}`;
  return {
    match,
    where: [...where, byOutcome],
    order: sort && { columns: SORTED_BY[sort.column] ?? [], descending: sort.descending },
    newest: [at],
    total: counted
      ? countRows(db, 'audit', '', filters.outcome === undefined ? undefined : [filters.outcome])
      : undefined,
  };
}

/** Somebody of exactly this name in the trail, whatever the case; otherwise undefined: the name is searched for. */
function personCondition(db: Queries, name: string | undefined): SQL | undefined {
  if (name === undefined) return undefined;
  const is = sql`${ACTOR} = ${name}`;
  return db.select({ id }).from(auditEntries).where(is).limit(1).get() === undefined ? undefined : is;
}

/** A thing by its whole id, or all of a kind; otherwise undefined: its name is searched for. */
function thingCondition(thing: string | undefined): SQL | undefined {
  if (thing === undefined) return undefined;
  if (THING_TYPES.some((type) => type === thing)) return eq(thingType, thing);
  return /^[0-9a-f]{32}$/.test(thing) ? eq(thingId, thing) : undefined;
}

interface Name {
  /** The kinds under which the trail knows it. */
  readonly types: readonly string[];
  readonly text: string;
  readonly href: string | null;
}

/** The present names of things by their ids. */
export function listNames(
  db: Queries,
  ids: Readonly<Record<'chips' | 'people' | 'caCertificates', readonly string[]>>,
): Map<string, Name> {
  const { chips, accounts, caCertificates } = schema;
  const named = new Map<string, Name>();
  if (ids.chips.length > 0)
    for (const chip of db
      .select()
      .from(chips)
      .where(inArray(chips.id, [...ids.chips]))
      .all())
      named.set(chip.id, { types: ['chip'], text: `${chip.make} ${chip.model}`, href: `/chips/${chip.id}` });
  if (ids.people.length > 0)
    for (const person of db
      .select()
      .from(accounts)
      .where(inArray(accounts.id, [...ids.people]))
      .all()) {
      const href = person.role === 'FTM_PROVIDER' ? `/partners/${person.id}` : null;
      named.set(person.id, { types: ['account', 'partner'], text: person.username, href });
    }
  if (ids.caCertificates.length > 0) {
    const { id: caId, subject } = caCertificates;
    for (const ca of db
      .select({ id: caId, subject })
      .from(caCertificates)
      .where(inArray(caId, [...ids.caCertificates]))
      .all())
      named.set(ca.id, { types: ['ca-certificate'], text: ca.subject, href: `/trust-store/${ca.id}` });
  }
  return named;
}

/** What one action changed in a thing, oldest first; its detail is JSON. */
export function listChangesOf(db: Queries, thing: { type: string; id: string }, action: string) {
  const { actor, at, detail } = auditEntries;
  return db
    .select({ at, by: actor, detail })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.thingType, thing.type),
        eq(auditEntries.thingId, thing.id),
        eq(auditEntries.action, action),
        eq(auditEntries.outcome, 'done'),
      ),
    )
    .orderBy(at)
    .all();
}
