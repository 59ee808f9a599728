/** A page of a list: the rows and how many there are in all. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** There are more than were counted. */
  readonly more?: boolean;
}

/** What a list was asked for, with every unknown or bad value already replaced by its default. */
export interface ListQuery {
  readonly q: string;
  readonly filters: Readonly<Record<string, string>>;
  /** A column name, and the direction; undefined: newest first. */
  readonly sort: { readonly column: string; readonly descending: boolean } | undefined;
  readonly page: number;
  readonly size: number;
}

/** The page to show: the first one where that asked for lies beyond the last (interface: bad values fall back to the default). */
export function pageWithin({ page, size }: Pick<ListQuery, 'page' | 'size'>, total: number): number {
  return (page - 1) * size < total ? page : 1;
}

export const PAGE_SIZES = [8, 16, 24, 32] as const;

/** A filter of a list; with `accepts`, only for values that it accepts. */
export interface Filter {
  readonly name: string;
  readonly accepts?: (value: string) => boolean;
}

/**
 * Reads a list's query (interface, "Lists take …"). Unknown or bad values fall back to the default, never to an error.
 * @param filters the filters this list knows
 * @param sortable names of the columns it can be sorted by
 */
export function parseListQuery(query: unknown, filters: readonly Filter[], sortable: readonly string[]): ListQuery {
  const values = (typeof query === 'object' && query !== null ? query : {}) as Record<string, unknown>;
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value.normalize('NFC').replaceAll('\u0000', '').trim().slice(0, 200) : '';
  };
  const given = filters.flatMap(({ name, accepts }) => {
    const value = text(name);
    return value !== '' && (accepts === undefined || accepts(value)) ? [[name, value] as const] : [];
  });
  return {
    q: text('q'),
    filters: Object.fromEntries(given),
    sort: parseSort(text('sort'), sortable),
    page: wholeNumber(text('page'), 1, 1_000_000) ?? 1,
    size: PAGE_SIZES.find((size) => String(size) === text('size')) ?? PAGE_SIZES[0],
  };
}

/** A filter that takes one of a few values. */
export function oneOf(name: string, values: readonly string[]): Filter {
  return { name, accepts: (value) => values.includes(value) };
}

function parseSort(text: string, sortable: readonly string[]): ListQuery['sort'] {
  const descending = text.startsWith('-');
  const column = descending ? text.slice(1) : text;
  return sortable.includes(column) ? { column, descending } : undefined;
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^[0-9]{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
