import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ICONS } from '../../src/http/icons.ts';
import { createTemplates } from '../../src/http/templates.ts';
import { LANGUAGES } from '../../src/i18n/index.ts';
import { baseOf, textsOf } from '../support/catalogues.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(ROOT, folder, path), 'utf8') }));
const templates = read('views', '.eta').map(({ path, text }) => ({ name: path.replace(/\.eta$/, ''), text }));
const sources = read('src', '.ts')
  .map(({ text }) => text)
  .join('\n');
const views = templates.map(({ text }) => text).join('\n');

describe('templates', () => {
  it.each(templates.map(({ name }) => [name]))('%s compiles', (name) => {
    const eta = createTemplates(join(ROOT, 'views'), String);
    expect(() => eta.compile(eta.readFile(eta.resolvePath(`/${name}`)))).not.toThrow();
  });

  it('are all used', () => {
    const used = (name: string) =>
      sources.includes(`'${name}'`) ||
      views.includes(`'/${name}'`) ||
      sources.includes(`\`${name.replace(/[^/]+$/, '')}$`);
    expect(templates.filter(({ name }) => !used(name)).map(({ name }) => name)).toEqual([]);
  });

  it('include what is there', () => {
    const included = [...views.matchAll(/\b(?:include|kept|keptRow|layout)\('\/([^']+)'/g)].map(
      ([, name = '']) => name,
    );
    expect(included.length).toBeGreaterThan(100);
    expect(included.filter((name) => !templates.some((template) => template.name === name))).toEqual([]);
  });

  it('print raw only what they include or keep, icons, classes, names of languages, the body, and the guide', () => {
    const raw = [...views.matchAll(/<%~\s*([^%]*?)%>/g)].map((match) => match[1] ?? '');
    expect(raw.length).toBeGreaterThan(50);
    expect(
      raw.filter(
        (code) =>
          !/^(include\(|icon\(|longClass\(|kept(Row)?\(|inReferences\((spoken|language)\.label\)|it\.body\b|it\.guide\b)/.test(
            code,
          ),
      ),
    ).toEqual([]);
  });

  it('have no wording of their own', () => {
    const words = templates.flatMap(({ name, text }) => {
      const plain = text
        .replace(/<%[\s\S]*?%>/g, ' ')
        .replace(/[a-z-]+="[^"]*"/g, ' ')
        .replace(/<[^>]*>/g, ' ')
        .replace(/&[a-z]+;/g, ' ');
      return (plain.match(/\p{L}{2,}/gu) ?? []).map((word) => `${name}: ${word}`);
    });
    expect(words).toEqual([]);
  });

  it('have no inline script, style or handler, and no htmx that would be evaluated', () => {
    const bad = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|["'= ]js:|hx-trigger="[^"]*\[/i;
    expect(templates.filter(({ text }) => bad.test(text.replace(/<%[\s\S]*?%>/g, ''))).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe.each(LANGUAGES)('wording in %s', (language) => {
  const keys = new Set([...textsOf(language).keys()].map(baseOf));
  const literal = [...(views + sources).matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');

  it('exists for every key that is asked for', () => {
    expect(literal.length).toBeGreaterThan(100);
    expect([...new Set(literal.filter((key) => !keys.has(key)))]).toEqual([]);
  });

  it('exists for every reason', () => {
    const names = [...sources.matchAll(/code: '(?:PMP|PMS|KER)[^']*',\s*name: '([^']+)'/g)].map(
      (match) => match[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names.filter((name) => !keys.has(`reasons.${name}.text`)))]).toEqual([]);
  });

  it('exists for every success message', () => {
    const names = [...sources.matchAll(/setFlash\([^)]*?'([a-z-]+)'\)|answerDone\([^)]*?'([a-z-]+)'\)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !keys.has(`flash.${name}`))).toEqual([]);
  });

  it('exists for every change of the trail', () => {
    const actions = [...sources.matchAll(/action: '([a-z-]+\.[a-z-]+)'/g)].map((match) => match[1] ?? '');
    expect([...new Set(actions.filter((action) => !keys.has(`audit.action.${action}`)))]).toEqual([]);
  });

  it('is all used', () => {
    const everything = views + sources;
    const asked = (key: string) => {
      // A key may be put together: `status.${status}`; its beginning is then in the code.
      const beginnings = [...key].flatMap((sign, index) => ('.-'.includes(sign) ? [key.slice(0, index + 1)] : []));
      return (
        /^(faults|reasons|flash)\./.test(key) ||
        everything.includes(`'${key}'`) ||
        beginnings.some((beginning) => everything.includes(`\`${beginning}\${`))
      );
    };
    expect([...keys].filter((key) => !asked(key))).toEqual([]);
  });
});

it('every icon of the list is used, and every icon used is on the list', () => {
  const everything = views + sources;
  expect(ICONS.filter((name) => everything.split(`'${name}'`).length < 3)).toEqual([]);
});
