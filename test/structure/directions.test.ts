import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/http/assets.ts';
import { iconElement } from '../../src/http/icon-path.ts';
import { ICONS } from '../../src/http/icons.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Declarations that mean the same side whatever the direction of the page; each with the reason why it may. */
const PHYSICAL: Readonly<Record<string, string>> = {
  'pico.css background-position: right 0.75rem center': 'chosen by the direction of the field itself, :dir(ltr)',
  'pico.css background-position: left 0.75rem center': 'chosen by the direction of the field itself, :dir(rtl)',
};

/** `margin: 1px 2px 3px 4px` names right and left: allowed only where both are the same. */
const hasTwoSides = (property: string, value: string) => {
  const parts = value.split(/\s+(?![^(]*\))/);
  return /^(margin|padding|inset|border-(width|style|color)|scroll-(margin|padding))$/.test(property)
    ? parts.length === 4 && parts[1] !== parts[3]
    : property === 'border-radius' && parts.length > 1;
};

/** The declarations of a sheet that name left or right, or a direction of their own. */
function physicalIn(sheet: string): string[] {
  const rules = sheet.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...rules.matchAll(/(?<=[{;]\s*)([a-z-]+)\s*:\s*([^;{}]+?)\s*(?=[;}])/g)].flatMap(
    ([, property = '', value = '']) => {
      if (property.startsWith('--')) return [];
      const side = /(^|-)(left|right)(-|$)/.test(property) || property === 'direction';
      const named = /(^|[\s,(])(to |from )?(left|right)\b/.test(value);
      const moved = /translate(X|3d)?\(/.test(value);
      return side || named || moved || hasTwoSides(property, value) ? [`${property}: ${value}`] : [];
    },
  );
}

describe('stylesheets', () => {
  const sheets = readdirSync(join(ROOT, 'public/styles')).filter((name) => name.endsWith('.css'));

  it.each(sheets)('%s knows no left and right', (name) => {
    const found = physicalIn(readFileSync(join(ROOT, 'public/styles', name), 'utf8'));
    expect(found.filter((declaration) => PHYSICAL[`${name} ${declaration}`] === undefined)).toEqual([]);
  });

  it.each([
    'a { margin-left: 1px }',
    'a { color: red; left: 0; }',
    'a { text-align: right }',
    'a { border-top-left-radius: 2px }',
    'a { float: left }',
    'a { margin: 0 1px 0 2px }',
    'a { border-radius: 1px 0 0 1px }',
    'a { background: linear-gradient(to right, red, blue) }',
    'a { background-position: center right 1rem }',
    'a { transform: translateX(4px) }',
    'a { direction: ltr }',
    'a { position-area: bottom left }',
  ])('would be found out by %s', (rule) => {
    expect(physicalIn(rule)).toHaveLength(1);
  });

  it.each([
    'a { margin-inline-start: 1px; inset: 0; padding: 1px 2px; margin: 0 calc(-1 * var(--a)) 0 calc(-1 * var(--a)) }',
    '/* left: 0 */ a { text-align: start; transform: scaleX(-1); --left: left }',
  ])('are right to say %s', (rule) => {
    expect(physicalIn(rule)).toEqual([]);
  });

  it('are all served', () => {
    expect(sheets.map((name) => name.replace('.css', '')).sort()).toEqual([...SHEETS].sort());
  });
});

describe('icons that point along the line', () => {
  const turned = (name: string) => iconElement(name, '').includes('class="icon points"');

  it.each(ICONS)('%s', (name) => {
    expect(turned(name)).toBe(/left|right|arrow|log-(in|out)|external|reply|undo|redo/.test(name));
  });
});

describe('inside a page of any direction', () => {
  const templates = readdirSync(join(ROOT, 'views'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.eta'))
    .map((path) => ({ name: path, text: readFileSync(join(ROOT, 'views', path), 'utf8') }))
    .map(({ name, text }) => ({ name, text: text.replace(/<%~ longClass\([^%]*%>/g, '') }));
  const found = (pattern: RegExp) =>
    templates.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([match]) => `${name}: ${match}`));

  it('codes run from left to right', () => {
    expect(found(/<code\b/g).length).toBeGreaterThan(5);
    expect(found(/<code(?![^>]*\bdir="ltr")[^>]*>/g)).toEqual([]);
  });

  it('usernames, addresses, phone numbers, names of directories and fingerprints do, too', () => {
    const value = String.raw`<%= [\w.]+\.(username|email|phone|fingerprintText|serialNumber|by|key|signature)\b`;
    expect(found(new RegExp(`<bdi[^>]*>${value}`, 'g')).length).toBeGreaterThan(15);
    expect(found(new RegExp(`<bdi(?![^>]*\\bdir="ltr")[^>]*>${value}`, 'g'))).toEqual([]);
    expect(found(/<bdi(?![^>]*\bdir="ltr")[^>]*class="[^"]*\bfingerprint\b/g)).toEqual([]);
    expect(found(/<bdi class="name" dir="ltr">/g)).toContain('shared/name.eta: <bdi class="name" dir="ltr">');
    expect(
      found(new RegExp(`(?<!dir="ltr">)${value.replace('<%= ', String.raw`(?<!value="|data-\w+=")<%= `)} %>`, 'g')),
    ).toEqual([]);
  });

  it('sentences have the direction of the page: their values are isolated one by one', () => {
    expect(found(/<bdi[^>]*><%= (it\.)?t\(/g)).toEqual([]);
    expect(found(/<bdi[^>]*><%= (reason|fault|notice|outcome)\.(text|title|next)\b/g)).toEqual([]);
  });

  it('what people type stands as its own letters want; the button of a file’s field as the page does', () => {
    expect(readFileSync(join(ROOT, 'public/styles/forms.css'), 'utf8')).toMatch(
      /:is\(input:not\(\[type="file"\]\), textarea\):not\(\[dir\]\) \{[^}]*unicode-bidi: plaintext/,
    );
    expect(found(/\bdir="auto"/g)).toEqual([]);
    expect(found(/<input type="(password|email)"(?![^>]*\bdir="ltr")/g)).toEqual([]);
  });
});
