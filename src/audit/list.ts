import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../db/index.ts';
import { type CsvColumn, sendCsv } from '../http/csv.ts';
import { inTrail, listLinks } from '../http/list.ts';
import { dayRange } from '../lib/calendar.ts';
import { parseListQuery } from '../lib/paging.ts';
import { ACTIONS } from './actions.ts';
import { AUDIT_COLUMNS, AUDIT_FILTERS, type AuditRow, listAllAuditEntries, listAuditEntries } from './store.ts';
import { nameThings, type Things } from './things.ts';
import { actorOf, recordChange } from './trail.ts';
import { actionText, detailOf, thingTypeText } from './words.ts';

/** The trail, and the time zone of its days. */
export interface Trail {
  readonly db: Db;
  readonly timeZone: string;
}

/** The view model of the trail. */
export function auditList({ db, timeZone }: Trail, request: FastifyRequest) {
  const { t } = request;
  const query = parseListQuery(request.query, AUDIT_FILTERS, AUDIT_COLUMNS);
  const { rows, ...found } = listAuditEntries(db, query, (day) => dayRange(day, timeZone));
  const things = nameThings(db, rows);
  const outcomes = (['done', 'refused'] as const).map((value) => ({ value, label: t(`audit.outcome.${value}`) }));
  const actions = ACTIONS.map((value) => ({ value, label: actionText(request, value) }));
  return {
    list: listLinks('/audit', query, found),
    filters: [
      { name: 'actor', label: t('audit.column.actor'), type: 'text' },
      { name: 'thing', label: t('audit.column.thing'), type: 'text', hint: t('audit.thing-hint') },
      {
        name: 'action',
        label: t('audit.column.action'),
        type: 'select',
        options: actions.sort((a, b) => a.label.localeCompare(b.label, request.language)),
      },
      { name: 'outcome', label: t('audit.column.outcome'), type: 'select', options: outcomes },
      { name: 'from', label: t('audit.from'), type: 'date' },
      { name: 'to', label: t('audit.to'), type: 'date' },
    ],
    columns: AUDIT_COLUMNS.map((name) => ({ name, label: t(`audit.column.${name}`) })),
    about: aboutOf(request, query.filters.thing, rows[0], things),
    rows: rows.map((row) => toView(request, row, things)),
  };
}

/** What the list is the history of, where it is that of one thing. */
function aboutOf({ t }: FastifyRequest, thing: string | undefined, row: AuditRow | undefined, things: Things) {
  if (thing === undefined || !/^[0-9a-f]{32}$/.test(thing)) return null;
  const found = things.of(row?.thingType ?? '', thing);
  return {
    label: t('audit.history-of'),
    text: found?.text ?? thing,
    href: found?.href ?? null,
    isName: found?.isName === true,
  };
}

function toView(request: FastifyRequest, row: AuditRow, things: Things) {
  const { t } = request;
  return {
    id: row.id,
    at: row.at,
    actor: row.actor === '' ? t('audit.nobody') : row.actor,
    actorHref: row.actor === '' ? null : `/audit?${new URLSearchParams({ actor: row.actor })}`,
    address: row.address,
    action: actionText(request, row.action),
    thing: thingOf(request, row, things),
    outcome: row.outcome,
    outcomeText: t(`audit.outcome.${row.outcome}`),
    codes: codesOf(row.code),
    detail: detailOf(request, row.detail),
  };
}

/** The codes of a refusal, each once: several fields may lack the same. */
function codesOf(written: string | null): string[] {
  return written === null ? [] : [...new Set(written.split(' '))];
}

function thingOf(request: FastifyRequest, { thingType, thingId }: AuditRow, things: Things) {
  if (thingType === null || thingId === null) return null;
  const found = things.of(thingType, thingId);
  return {
    type: thingTypeText(request, thingType),
    text: found?.text ?? thingId.slice(0, 8),
    href: found?.href ?? null,
    isName: found?.isName === true,
    history: `/audit?${new URLSearchParams({ thing: thingId })}`,
  };
}

/** Sends the trail that was asked for, all of it, as CSV; the trail tells of it. */
export function exportTrail({ db, timeZone }: Trail, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { t, fmt } = request;
  const day = (text: string | undefined) => dayRange(text, timeZone);
  const query = parseListQuery(request.query, AUDIT_FILTERS, AUDIT_COLUMNS);
  const list = listLinks('/audit', query, listAuditEntries(db, query, day));
  const blocks = listAllAuditEntries(db, query, day);
  recordChange(db, actorOf(request), { action: 'audit.export', detail: inTrail(list) });
  const columns: CsvColumn<NamedRow>[] = [
    { label: t('csv.id'), cell: ({ row }) => row.id },
    { label: t('audit.column.at'), cell: ({ row }) => fmt.iso(row.at) },
    { label: t('audit.column.actor'), cell: ({ row }) => row.actor },
    { label: t('audit.network-address'), cell: ({ row }) => row.address },
    { label: t('audit.column.action'), cell: ({ row }) => actionText(request, row.action) },
    { label: t('audit.column.outcome'), cell: ({ row }) => t(`audit.outcome.${row.outcome}`) },
    { label: t('audit.code'), cell: ({ row }) => row.code },
    { label: t('audit.thing-type'), cell: ({ row }) => row.thingType && thingTypeText(request, row.thingType) },
    { label: t('audit.column.thing'), cell: ({ name }) => name },
    { label: t('audit.thing-id'), cell: ({ row }) => row.thingId },
    {
      label: t('audit.column.detail'),
      cell: ({ row }) =>
        detailOf(request, row.detail)
          .map(({ label, value }) => `${label}: ${value}`)
          .join('; '),
    },
  ];
  return sendCsv(reply, 'audit', columns, named(db, blocks));
}

interface NamedRow {
  readonly row: AuditRow;
  readonly name: string | null;
}

function* named(db: Db, blocks: Iterable<readonly AuditRow[]>): Generator<NamedRow[]> {
  for (const rows of blocks) {
    const things = nameThings(db, rows);
    yield rows.map((row) => ({ row, name: things.of(row.thingType ?? '', row.thingId ?? '')?.text ?? null }));
  }
}
