import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
    main: `<% for (const row of it.rows) { %><%~ kept('/row', row, it) %><% } %>`,
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
      { name: 'one', ends: 'in 5 days' },
      { name: 'two', ends: 'never' },
    ];
    const first = list('en', 'chip', ...rows);
    expect(first).toBe('<tr>one in 5 days chip</tr><tr>two never chip</tr>');
    expect(list('en', 'chip', ...rows.map((row) => ({ ...row })))).toBe(first);
    expect(count).toBe(2);
  });

  it('is another one as soon as anything of it is different, or the language', () => {
    count = 0;
    expect(list('en', 'chip', { name: 'one', ends: 'in 4 days' })).toContain('in 4 days');
    expect(list('fr', 'puce', { name: 'one', ends: 'in 5 days' })).toContain('puce');
    expect(list('en', 'chip', { name: '"one', ends: 'in 5 days' })).toContain('&quot;one');
    expect(count).toBe(3);
  });

  it('knows nothing that is not in the row', () => {
    expect(list('en', 'chip', { name: 'alone', ends: 'never' })).toBe('<tr>alone never chip</tr>');
  });

  it('is forgotten when there are too many', () => {
    const many = Array.from({ length: 5_001 }, (_, number) => ({ name: String(number), ends: '' }));
    list('en', 'chip', ...many);
    count = 0;
    list('en', 'chip', many[0] ?? {});
    expect(count).toBe(1);
  });
});
