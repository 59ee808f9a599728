import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ListQuery, PAGE_SIZES, type Page, pageWithin } from '../lib/paging.ts';
import { type Breadcrumb, wantsFragment } from './view.ts';

/** The links around a list: the whole state of a list is in its address (interface, "Lists take …"). */
export interface ListLinks {
  readonly path: string;
  readonly query: ListQuery;
  /** The address of this page of it, without what is empty or the default. */
  readonly address: string;
  /** Of all of it, in this order, as CSV. */
  readonly csv: string;
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
  readonly pages: number;
  /** The numbers of the first and the last row shown, counted from 1; both 0 for an empty list. */
  readonly from: number;
  readonly to: number;
  readonly previous: string | null;
  readonly next: string | null;
  /** The first, the last and the pages around the present one; null stands for those left out. */
  readonly numbers: readonly ({ readonly page: number; readonly href: string; readonly current: boolean } | null)[];
  readonly sizes: readonly { readonly size: number; readonly href: string; readonly current: boolean }[];
  /** Without search and filters; null when there are none. */
  readonly clear: string | null;
  /** For a column's header: where a click leads, and how it is sorted now. */
  readonly sort: (column: string) => { readonly href: string; readonly direction: 'ascending' | 'descending' | 'none' };
  /** What else stands in the address and must be kept, such as a tab. */
  readonly fixed: Readonly<Record<string, string>>;
}

/**
 * Makes the links of a list. They are those of the page that is shown, which is the first where the one asked for does not exist.
 * @param fixed parameters that every link keeps, such as `type` of the trust store's tabs
 */
export function listLinks(
  path: string,
  asked: ListQuery,
  { total, more = false }: Pick<Page<unknown>, 'total' | 'more'>,
  fixed: Readonly<Record<string, string>> = {},
): ListLinks {
  const query = { ...asked, page: pageWithin(asked, total) };
  const pages = Math.max(1, Math.ceil(total / query.size));
  const parameters = { ...fixed, ...parametersOf(query) };
  const href = (change: Record<string, string>) => `${path}${toSearch({ ...parameters, ...change })}`;
  const filtered = query.q !== '' || Object.keys(query.filters).length > 0;
  return {
    path,
    query,
    address: href({}),
    csv: href({ page: '', size: '', format: 'csv' }),
    total,
    more,
    pages,
    from: Math.min(total, (query.page - 1) * query.size + 1),
    to: Math.min(total, query.page * query.size),
    numbers: pagesAround(query.page, pages).map((page) =>
      page === null ? null : { page, href: href({ page: String(page) }), current: page === query.page },
    ),
    previous: query.page > 1 ? href({ page: String(query.page - 1) }) : null,
    next: query.page < pages ? href({ page: String(query.page + 1) }) : null,
    sizes: PAGE_SIZES.map((size) => ({
      size,
      href: href({ size: String(size), page: '1' }),
      current: size === query.size,
    })),
    clear: filtered ? `${path}${toSearch(fixed)}` : null,
    sort: (column) => {
      const current = query.sort?.column === column ? query.sort : undefined;
      const direction = current === undefined ? 'none' : current.descending ? 'descending' : 'ascending';
      return { href: href({ sort: direction === 'ascending' ? `-${column}` : column, page: '1' }), direction };
    },
    fixed,
  };
}

/** What the trail says of a list that was handed out: its address, and how many rows it has. */
export function inTrail({ csv, total, more }: ListLinks): { list: string; rows: string } {
  return { list: csv, rows: more ? `> ${total}` : String(total) };
}

/** `pagesAround(5, 9)` → 1 … 4 5 6 … 9 */
function pagesAround(page: number, pages: number): (number | null)[] {
  const shown = [...new Set([1, page - 1, page, page + 1, pages])].filter((number) => number >= 1 && number <= pages);
  return shown.flatMap((number, index) => (number - (shown[index - 1] ?? 0) > 1 ? [null, number] : [number]));
}

function parametersOf(query: ListQuery): Record<string, string> {
  return {
    q: query.q,
    ...query.filters,
    sort: query.sort === undefined ? '' : `${query.sort.descending ? '-' : ''}${query.sort.column}`,
    page: String(query.page),
    size: String(query.size),
  };
}

const DEFAULTS: Readonly<Record<string, string>> = { page: '1', size: String(PAGE_SIZES[0]) };

/** Leaves out what is empty or the default, so that addresses stay short. */
function toSearch(parameters: Readonly<Record<string, string>>): string {
  let search = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '' || value === DEFAULTS[name]) continue;
    // A list has two dozen such links, nearly all of plain words, which need no escaping.
    const pair = PLAIN.test(value) ? `${name}=${value}` : String(new URLSearchParams([[name, value]]));
    search += `${search === '' ? '?' : '&'}${pair}`;
  }
  return search;
}

/** What URLSearchParams writes as it is. */
const PLAIN = /^[\w.*-]*$/;

/**
 * Answers with a list: the whole page, or for htmx the list alone, with the address that the browser shows from then on (a form sends its
 * empty fields too).
 * @param template the page, `chips/index`; beside it lies the list, `chips/_list`
 */
export function replyWithList(
  request: FastifyRequest,
  reply: FastifyReply,
  template: string,
  model: { readonly list: ListLinks; readonly [name: string]: unknown },
  page: { readonly title: string; readonly breadcrumbs: readonly Breadcrumb[]; readonly status?: number },
): FastifyReply {
  if (!wantsFragment(request)) return reply.page(template, model, page);
  return reply
    .header('hx-push-url', model.list.address)
    .fragment(template.replace(/index$/, '_list'), { ...model, inPlace: true });
}
