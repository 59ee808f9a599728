import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { statusLook } from '../../src/http/status-look.ts';
import { createTemplates } from '../../src/http/templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'pmp-templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Templates of which one is named `/main`. */
function templates(texts: Readonly<Record<string, string>>) {
  const views = mkdtempSync(join(folder, 'views-'));
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(views, name)), { recursive: true });
    writeFileSync(join(views, `${name}.eta`), text);
  }
  return createTemplates(views, (name) => `(${name})`);
}
const rendered = (main: string, model: object, others: Readonly<Record<string, string>> = {}) =>
  templates({ main, ...others }).render('/main', model);

describe('what is printed', () => {
  it.each([
    [`<a b='c'> & "d"`, '&lt;a b=&#39;c&#39;&gt; &amp; &quot;d&quot;'],
    ['plain', 'plain'],
    ['', ''],
    [0, '0'],
    [false, 'false'],
    ['1–8 of <9>', '1&ndash;8 of &lt;9&gt;'],
    ['é “شركة”', 'é “شركة”'],
  ])('%j is escaped where it must be', (value, printed) => {
    expect(rendered('<%= it.value %>', { value })).toBe(printed);
  });

  it.each([undefined, null])('%j stops the page', (value) => {
    expect(() => rendered('<%= it.value %>', { value })).toThrow('missing value');
  });

  it('raw is not escaped', () => {
    expect(rendered('<%~ it.value %>', { value: '<b>–' })).toBe('<b>–');
  });
});

describe('what stands in a template', () => {
  it('keeps letters of Latin-1, and has others as references', () => {
    expect(rendered('é – ▴ 𝌆 <i title="…"><%= "–" %></i>', {})).toBe(
      'é &#8211; &#9652; &#119558; <i title="&#8230;">&ndash;</i>',
    );
  });
});

describe('a template that is included', () => {
  it('gets what it is handed and nothing else', () => {
    const main = `<%~ include('/shared/piece', { a: it.a }) %>`;
    expect(rendered(main, { a: 1, b: 2 }, { 'shared/piece': '<%= it.a %> <%= typeof it.b %>' })).toBe('1 undefined');
  });

  it('gets all of it where nothing is handed, and so does a layout, with the body', () => {
    const others = { 'shared/piece': '<%= it.b %>', layout: '[<%~ it.body %>|<%= it.a %>]' };
    expect(rendered(`<% layout('/layout') %><%~ include('/shared/piece') %>`, { a: 1, b: 2 }, others)).toBe('[2|1]');
  });
});

describe('marks', () => {
  it('are there in every template', () => {
    expect(rendered(`<%~ icon('clock') %> <%~ inReferences('عé') %>`, {})).toBe('(clock) &#1593;é');
  });

  it.each([
    ['a'.repeat(24), ''],
    ['a'.repeat(25), ' class="long"'],
    [`${'a'.repeat(24)} ${'b'.repeat(24)}`, ''],
    [`word ${'b'.repeat(25)}`, ' class="long"'],
  ])('a word of more than 24 characters is long: %s', (text, printed) => {
    expect(rendered('<%~ longClass(it.text) %>', { text })).toBe(printed);
  });

  it('know every status, and no other', () => {
    expect(statusLook('approved')).toEqual({ tone: 'green', icon: 'check' });
    expect(() => statusLook('approves')).toThrow('"approves" is no status');
  });
});

describe('a row that is kept', () => {
  const eta = templates({
    main: `<% for (const row of it.rows) { %><%~ keptRow('/row', row, it) %><% } %>`,
    row: '<% it.actionsOf(it.row) %><tr><%= it.row.name %> <%= it.row.ends %> <%= it.t("chip") %><%= it.isAdmin ?? "" %></tr>\n',
  });
  let count = 0;
  const counted = () => {
    count += 1;
  };
  const list = (lang: string, word: string, ...rows: object[]) =>
    eta.render('/main', { lang, t: () => word, fmt: {}, rows, actionsOf: counted, isAdmin: true });

  it('is put together once for the same row in the same language', () => {
    const rows = [
      { id: '1', name: 'one', ends: 'in 5 days' },
      { id: '2', name: 'two', ends: 'never' },
    ];
    const first = list('en', 'chip', ...rows);
    expect(first).toBe('<tr>one in 5 days chip</tr><tr>two never chip</tr>');
    expect(list('en', 'chip', ...rows.map((row) => ({ ...row })))).toBe(first);
    expect(count).toBe(2);
  });

  it('is another one as soon as anything of it is different, or the language', () => {
    count = 0;
    expect(list('en', 'chip', { id: '1', name: 'one', ends: 'in 4 days' })).toContain('in 4 days');
    expect(list('fr', 'puce', { id: '1', name: 'one', ends: 'in 5 days' })).toContain('puce');
    expect(list('en', 'chip', { id: '1', name: '"one', ends: 'in 4 days' })).toContain('&quot;one');
    expect(list('en', 'chip', { id: '3', name: '"one', ends: 'in 4 days' })).toContain('&quot;one');
    expect(count).toBe(4);
  });

  it('knows nothing that is not in the row', () => {
    expect(list('en', 'chip', { id: '4', name: 'alone', ends: 'never' })).toBe('<tr>alone never chip</tr>');
  });

  it('is forgotten when there are too many', () => {
    const many = Array.from({ length: 11 }, (_, number) => ({
      id: `m${number}`,
      name: 'x'.repeat(2_000_000),
      ends: '',
    }));
    list('en', 'chip', ...many.slice(0, 9));
    count = 0;
    list('en', 'chip', many[0] ?? {});
    expect(count).toBe(0);
    list('en', 'chip', ...many.slice(9), many[0] ?? {});
    expect(count).toBe(3);
  });

  it('takes the place of the one that was shown before', () => {
    const row = { id: 'r', ends: 'never' };
    count = 0;
    for (const name of ['one', 'two', 'one']) expect(list('en', 'chip', { ...row, name })).toContain(name);
    expect(count).toBe(3);
  });
});

describe('a piece that is kept', () => {
  const eta = templates({
    main: "<%~ kept('/piece', it.shown, it) %>",
    piece: '<% it.fmt.count() %>[<%= it.t("word") %> <%= it.names.join() %> <%= it.dir %><%= it.more ?? "" %>]\n',
  });
  let count = 0;
  const fmt = {
    count: () => {
      count += 1;
    },
  };
  const page = (lang: string, ...names: string[]) =>
    eta.render('/main', { lang, dir: 'ltr', t: () => lang, fmt, shown: { names }, more: 'more' });

  it('is put together once for the same values in the same language, and shows nothing besides', () => {
    expect(page('en', 'one', 'two')).toBe('[en one,two ltr]');
    expect(page('en', 'one', 'two')).toBe('[en one,two ltr]');
    expect(count).toBe(1);
    expect(page('fr', 'one', 'two')).toBe('[fr one,two ltr]');
    expect(page('en', 'one,two')).toBe('[en one,two ltr]');
    expect(count).toBe(3);
  });
});

describe('a page', () => {
  it('stays in one byte a character where all that is in it is Latin-1 or written as references', () => {
    const page = rendered(`é – <%~ inReferences(it.name) %> <%= it.range %>`, { name: 'العربية', range: '1–32' });
    expect(page).toMatch(/^é &#8211; &#1575;.*; 1&ndash;32$/);
    expect(isInOneByte(page)).toBe(true);
    expect(isInOneByte(`${page}ع`)).toBe(false);
  });
});

/** How V8 stores a text shows in what it writes (the tag of a text is `"` where it has one byte a character). */
function isInOneByte(text: string): boolean {
  return serialize(text)[2] === '"'.charCodeAt(0);
}
