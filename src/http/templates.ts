import { Eta, type TemplateFunction } from 'eta';
import type { Format } from '../i18n/format.ts';
import type { Language, Translate } from '../i18n/index.ts';
import { programPath, readProgramText } from '../lib/program-files.ts';
import { KeptPieces } from './kept-pieces.ts';
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
   * A piece of a page, to be printed raw. What was put together of the same values in the same language is taken again, so `shown` holds all that it
   * depends on, as plain values, none of them secret: they stay in memory. Its template gets nothing besides but what the language and the program settle.
   */
  readonly kept: (path: string, shown: object, page: Settled) => string;
  /** The same for a row of a list, of plain values side by side; its template gets it as `row`. Of each row, the one that was shown last is kept. */
  readonly keptRow: (path: string, row: Row, page: Settled) => string;
}

type Row = { readonly id: string } & { readonly [name: string]: string | number | boolean | null };

/** What a piece that is kept is handed besides what it shows. */
interface Settled {
  readonly lang: Language;
  readonly dir: string;
  readonly t: Translate;
  readonly fmt: Format;
  readonly languageMenu: object;
  readonly asset: (name: string) => string;
  /** What can be done with a row of a list, by the row and the language alone. */
  readonly actionsOf?: ((row: never) => readonly object[]) | undefined;
}

/**
 * The templates below `views`, by their path there: `/chips/index`. `<%= %>` throws on a missing value, where Eta would print "undefined". A template that
 * is included gets what it is handed, as its first line says; or all that the including one has where nothing is handed. Eta itself would copy all of it each time.
 */
export function createTemplates(views: string, icon: TemplateTools['icon']): Eta & Pick<Kept, 'keptPage'> {
  const eta = new Eta({
    views,
    cache: true,
    autoEscape: true,
    functionHeader: 'const { icon, longClass, statusLook, inReferences, kept, keptRow } = this.tools;',
  });
  eta.configure({
    plugins: [{ processAST: literalsInReferences, processFnString: includeWithOwnInputs }],
    escapeFunction: escapeOnlyWhereNeeded(eta.config.escapeFunction),
  });
  // By itself Eta reads from disk.
  eta.readFile = (path) => readProgramText(programPath(path));
  const render = byPath(eta);
  const { kept, keptRow, keptPage } = keptBy(render);
  const tools: TemplateTools = { icon, longClass, statusLook, inReferences, kept, keptRow };
  return Object.assign(eta, { tools, render, keptPage });
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

interface Kept extends Pick<TemplateTools, 'kept' | 'keptRow'> {
  /** A whole page, as `kept`; its template gets all of the page. */
  readonly keptPage: (path: string, lang: string, shown: object, page: () => object) => string;
}

function keptBy(render: Render): Kept {
  const pieces = new KeptPieces<null>();
  const rows = new KeptPieces<Row>();
  const always = () => true;
  const nameOf = (path: string, lang: string) => `${lang} ${path}`;
  return {
    kept: (path, shown, page) =>
      pieces.get(nameOf(path, page.lang), JSON.stringify(shown), null, always, () =>
        render(path, { ...settled(page), ...shown }),
      ),
    keptRow: (path, row, page) =>
      rows.get(nameOf(path, page.lang), row.id, row, isSameRow, () => render(path, { ...settled(page), row })),
    keptPage: (path, lang, shown, page) =>
      pieces.get(nameOf(path, lang), JSON.stringify(shown), null, always, () => render(path, page())),
  };
}

function settled({ lang, dir, t, fmt, languageMenu, asset, actionsOf }: Settled): Settled {
  return { lang, dir, t, fmt, languageMenu, asset, actionsOf };
}

function isSameRow(one: Row, other: Row): boolean {
  for (const name in other) if (one[name] !== other[name]) return false;
  return true;
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
  const written = text.replace(/[\u{100}-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`);
  // What is made of a text in two bytes a character would be in two bytes itself, and the page with it.
  return Buffer.from(written, 'latin1').toString('latin1');
}

const LONG = 25;
const LONG_WORD = new RegExp(`\\S{${LONG},}`);

function longClass(text: string): string {
  return text.length >= LONG && LONG_WORD.test(text) ? ' class="long"' : '';
}
