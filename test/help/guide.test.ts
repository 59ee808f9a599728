import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'cheerio';
import { describe, expect, it } from 'vitest';
import { SETUP, SHOTS } from '../../scripts/screenshots/shots.ts';
import { loadGuide } from '../../src/help/guide.ts';
import { CHAPTERS } from '../../src/http/help-address.ts';
import { textsOf } from '../support/catalogues.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const markdown = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.md') && !file.startsWith('decisions'),
);
const guide = loadGuide();
const pages = guide.pages.map((page) => ({ ...page, $: load(page.html) }));
const byPath = new Map(pages.map((page) => [page.path, page]));

/** Whether a link into the guide finds its page, and there its anchor. */
function leadsSomewhere(href: string): boolean {
  const [path = '', anchor] = href.replace(/^\/help\/?/, '').split('#');
  const page = byPath.get(path);
  return page !== undefined && (anchor === undefined || page.$(`[id="${anchor}"]`).length === 1);
}

describe('the guide', () => {
  it('has a page for each file', () => {
    expect(pages.length).toBe(markdown.length);
    expect(pages.length).toBeGreaterThan(12);
    expect(pages[0]?.path).toBe('');
  });

  it.each(pages.map((page) => [page.path, page] as const))(
    '/help/%s has one h1, ids of its own, and links that lead somewhere',
    (path, { $ }) => {
      expect($('h1')).toHaveLength(1);
      const ids = $('[id]')
        .toArray()
        .map((element) => $(element).attr('id') ?? '');
      expect(new Set(ids).size).toBe(ids.length);
      // The frame's own, which stand on the same page.
      expect(
        ids.filter((id) => ['main', 'dialog', 'idle', 'announcer', 'menu-toggle', 'side-panel'].includes(id)),
      ).toEqual([]);
      const hrefs = $('a')
        .toArray()
        .map((link) => $(link).attr('href') ?? '')
        .map((href) => (href.startsWith('#') ? `/help/${path}${href}` : href));
      expect(hrefs.filter((href) => !leadsSomewhere(href))).toEqual([]);
      for (const image of $('img').toArray()) {
        expect($(image).attr('alt')).toMatch(/.{10}/);
        expect($(image).attr('loading')).toBe('lazy');
        expect(guide.findImage(($(image).attr('src') ?? '').replace('/help/images/', ''))?.width).toBe(
          Number($(image).attr('width')),
        );
      }
    },
  );

  it('can be scrolled sideways by keyboard where something is wide', () => {
    const wide = pages.flatMap(({ $ }) =>
      $('pre, div:has(> table)')
        .toArray()
        .map((box) => $(box).attr('tabindex')),
    );
    expect(wide.length).toBeGreaterThan(30);
    expect(wide.filter((tabindex) => tabindex !== '0')).toEqual([]);
  });

  it('is reached whole from its first page', () => {
    const linked = new Set(
      byPath
        .get('')
        ?.$('a')
        .toArray()
        .map((link) => (link.attribs.href ?? '').replace(/^\/help\//, '')),
    );
    expect(pages.map(({ path }) => path).filter((path) => path !== '' && !linked.has(path))).toEqual([]);
  });

  it('shows every picture that the script takes, and no other', () => {
    const taken = [SETUP.name, ...SHOTS.map(({ name }) => name)].sort();
    const kept = readdirSync(join(DOCS, 'images')).map((file) => file.replace(/\.webp$/, ''));
    expect(kept.sort()).toEqual(taken);
    const texts = [...markdown.map((file) => join(DOCS, file)), resolve(DOCS, '../README.md')].map((file) =>
      readFileSync(file, 'utf8'),
    );
    expect(taken.filter((name) => !texts.some((text) => text.includes(`images/${name}.webp)`)))).toEqual([]);
  });

  it('quotes in bold what stands on the screen', () => {
    const wording = new Set(textsOf('en').values());
    const said = pages
      .filter(({ path }) => !/^(operations(\/\w+)?|certificate-rules)?$/.test(path))
      .flatMap(({ path, $ }) =>
        $('strong')
          .toArray()
          .map((element) => [path, $(element).text()] as const),
      );
    expect(said.length).toBeGreaterThan(80);
    // Sentences that are stressed, not quoted, end in a full stop or go on after it.
    const quoted = said.filter(([, text]) => !/^(Never upload|Compare the|You registered)/.test(text));
    expect(quoted.filter(([, text]) => !wording.has(text))).toEqual([]);
  });
});

describe('help links', () => {
  it.each(Object.entries(CHAPTERS))('lead a %s to a place in the guide', (_reader, chapters) => {
    expect(chapters.map(([, chapter]) => chapter).filter((chapter) => !leadsSomewhere(`/help/${chapter}`))).toEqual([]);
    expect(chapters.at(-1)?.[0]).toBe('/');
  });
});
