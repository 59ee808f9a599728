import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ABSENT, trimPico } from '../../src/http/pico.ts';

const pico = readFileSync(createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css'), 'utf8');
const folder = resolve(import.meta.dirname, '../../views');
const views = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.eta'))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n');
const script = readFileSync(resolve(folder, '../public/app.js'), 'utf8');

describe('what Pico is trimmed of', () => {
  test.each(ABSENT.elements)('no page has: <%s>', (name) => {
    expect(views).not.toMatch(new RegExp(`<${name}[\\s>]`));
  });

  test.each([...ABSENT.attributes, ...ABSENT.types])('no page has: %s', (attribute) => {
    const [name, value] = attribute.split('=');
    const mark = value === undefined ? `[\\s"]${name}[=\\s>]` : `${name}="${value}"`;
    expect(views).not.toMatch(new RegExp(mark));
    expect(views).not.toContain(`type: '${value}'`);
    expect(script).not.toContain(name === 'role' || name === 'type' ? `${name}=${value}` : String(name));
  });

  test.each(ABSENT.classes)('no page has: class %s', (name) => {
    expect(views).not.toMatch(new RegExp(`class="[^"]*(?<![\\w-])${name}(?![\\w-])`));
  });
});

describe('trimming', () => {
  test.each([
    ['a{b:c}', 'a{b:c}'],
    ['.grid{b:c}a{d:e}', 'a{d:e}'],
    ['.grid,a,.dropdown b{c:d}', 'a{c:d}'],
    ['a:not(.grid,[role=group]),b{c:d}', 'a:not(.grid,[role=group]),b{c:d}'],
    [':is(a,b).secondary,c:is(d,e){f:g}', 'c:is(d,e){f:g}'],
    ['@media print{.grid{a:b}c{d:e}}f{g:h}', '@media print{c{d:e}}f{g:h}'],
    ['@media print{.grid{a:b}}f{g:h}', 'f{g:h}'],
    ['@keyframes tooltip-slide{to{a:b}}@keyframes progress{to{a:b}}', '@keyframes progress{to{a:b}}'],
    ['[data-theme=dark]{a:b}:root:not([data-theme=dark]){c:d}', ':root:not([data-theme=dark]){c:d}'],
    ['.gridlock,.my-grid,article-like{a:b}', '.gridlock,.my-grid,article-like{a:b}'],
  ])('of %j leaves %j', (css, left) => {
    expect(trimPico(css)).toBe(left);
  });

  test('leaves a sheet whole that has nothing to trim, and of Pico half', () => {
    const trimmed = trimPico(pico);
    expect(trimPico(trimmed)).toBe(trimmed);
    expect(trimmed.match(/{/g)?.length).toBe(trimmed.match(/}/g)?.length);
    expect(trimmed.length).toBeLessThan(pico.length * 0.6);
    for (const rule of [
      '[type=checkbox]:checked',
      'select:not([multiple],[size])',
      'textarea',
      '[type=file]::file-selector-button',
    ])
      expect(trimmed).toContain(rule);
  });
});
