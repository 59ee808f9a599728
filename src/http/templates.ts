import { Eta, type TemplateFunction } from 'eta';
import type { Format } from '../i18n/format.ts';
import type { Language, Translate } from '../i18n/index.ts';
import { programPath, readProgramText } from '../lib/program-files.ts';
import { statusLook } from './status-look.ts';

/** What every template can call besides `include`. */
export interface TemplateTools {
  /** An icon by its name in `icons.ts`, to be printed raw. */
  readonly icon: (name: string) => string;
  /**
   * The class of an element of a list whose text has a word that must be broken, or the columns behind it would be out of sight; to be
   * printed raw.
   */
  readonly longClass: (text: string) => string;
  readonly statusLook: typeof statusLook;
  /** A text of ours in letters beyond Latin-1, to be printed raw in pages that have none besides. */
  readonly inReferences: (text: string) => string;
  /**
   * A row of a list, to be printed raw. What was put together for the same row in the same language is taken again, so a row holds all that it
   * depends on, and its template gets nothing besides but `t`, `fmt` and `actionsOf`, which says what can be done with
   * a row, by the row and the language alone.
   */
  readonly kept: (path: string, row: object, list: ListOfRows) => string;
}

/** What the template of a kept row is handed besides the row. */
interface ListOfRows {
  readonly lang: Language;
  readonly t: Translate;
  readonly fmt: Format;
  readonly actionsOf?: (row: never) => readonly object[];
}

/**
 * The templates below `views`, by their path there: `/chips/index`. `<%= %>` throws on a missing value, where Eta would print "undefined". A template that
 * is included gets what it is handed, as its first line says; or all that the including one has where nothing is handed. Eta itself would copy all of it each time.
 */
export function createTemplates(views: string, icon: TemplateTools['icon']): Eta {
  const eta = new Eta({
    views,
    cache: true,
    autoEscape: true,
    functionHeader: 'const { icon, longClass, statusLook, inReferences, kept } = this.tools;',
  });
  eta.configure({
    plugins: [{ processAST: literalsInReferences, processFnString: includeWithOwnInputs }],
    escapeFunction: escapeOnlyWhereNeeded(eta.config.escapeFunction),
  });
  // By itself Eta reads from disk.
  eta.readFile = (path) => readProgramText(programPath(path));
  const render = byPath(eta);
  const tools: TemplateTools = { icon, longClass, statusLook, inReferences, kept: keptBy(render) };
  return Object.assign(eta, { tools, render });
}

type Render = (template: string | TemplateFunction, model: object) => string;

/** Renders what is named by its path, which is looked up and compiled once. */
function byPath(eta: Eta): Render {
  const compiled = new Map<string, TemplateFunction>();
  return (template, model) => {
    if (typeof template !== 'string') return template.call(eta, model);
    const known = compiled.get(template) ?? eta.compile(eta.readFile?.(eta.resolvePath?.(template) ?? '') ?? '');
    compiled.set(template, known);
    return known.call(eta, model);
  };
}

/** Has a template look up what it includes by its path alone. */
function includeWithOwnInputs(compiled: string): string {
  const byEta = 'this.render(__eta_t, {...it, ...(__eta_d ?? {})}, options)';
  if (!compiled.includes(byEta)) throw new Error('templates are compiled otherwise than expected');
  return compiled.replace(byEta, 'this.render(__eta_t, __eta_d ?? it)');
}

/** Rows of some 2 kB with their keys, twice that where letters are beyond Latin-1: some 10 to 20 MB at most of each list in each language. */
const MOST_KEPT = 5_000;

function keptBy(render: Render): TemplateTools['kept'] {
  const lists = new Map<string, Map<string, string>>();
  return (path, row, list) => {
    const name = `${list.lang} ${path}`;
    const rows = lists.get(name) ?? new Map<string, string>();
    const key = JSON.stringify(row);
    const known = rows.get(key);
    if (known !== undefined) return known;
    const { t, fmt, actionsOf } = list;
    const made = render(path, { t, fmt, actionsOf, row }).trim();
    if (rows.size >= MOST_KEPT) rows.clear();
    rows.set(key, made);
    lists.set(name, rows);
    return made;
  };
}

/** Most of what is printed needs no escaping; the library makes sure of it more slowly. The dash of "1–32" is the one sign of English lists beyond Latin-1. */
function escapeOnlyWhereNeeded(escapeHtml: (value: unknown) => string) {
  const special = /[&<>"'–]/;
  return (value: unknown): string => {
    if (typeof value === 'string' && !special.test(value)) return value;
    if (value === undefined || value === null) throw new Error('a template prints a missing value');
    return escapeHtml(value).replaceAll('–', '&ndash;');
  };
}

type Ast = Parameters<Eta['compileBody']>[0];

/** What stands in the templates themselves. */
function literalsInReferences(ast: Ast): Ast {
  return ast.map((piece) => (typeof piece === 'string' ? inReferences(piece) : piece));
}

/**
 * V8 keeps a page in one byte per character as long as nothing in it is beyond Latin-1: half the work to put it together and to send. So that English pages
 * are, such characters of ours are written as references (HTML 13.1.4).
 */
function inReferences(text: string): string {
  return text.replace(/[\u{100}-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`);
}

const LONG = 25;
const LONG_WORD = new RegExp(`\\S{${LONG},}`);

function longClass(text: string): string {
  return text.length >= LONG && LONG_WORD.test(text) ? ' class="long"' : '';
}
