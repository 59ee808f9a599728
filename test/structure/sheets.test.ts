import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { SHEETS } from '../../src/http/assets.ts';

const PUBLIC = resolve(import.meta.dirname, '../../public');
const withoutComments = (css: string) => css.replace(/\/\*[\s\S]*?\*\//g, '');
const sheets = readdirSync(join(PUBLIC, 'styles')).map((file) => ({
  file,
  css: withoutComments(readFileSync(join(PUBLIC, 'styles', file), 'utf8')),
}));
const all = sheets.map(({ css }) => css).join('\n');
const tokens = sheets.find(({ file }) => file === 'tokens.css')?.css ?? '';

/** The tokens of the light and of the dark look, each by its name. */
const [light = new Map(), dark = new Map()] = tokens
  .split('@media')
  .map(
    (part) => new Map([...part.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value])),
  );

describe('sheets', () => {
  it('are all served', () => {
    expect(sheets.map(({ file }) => file).toSorted()).toEqual(SHEETS.map((name) => `${name}.css`).toSorted());
  });

  it('take their colours from the tokens, or from what the reader chose', () => {
    const raw =
      /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|:\s*(?:white|black|gr[ae]y|red|blue|green)\b/gi;
    const found = sheets
      .filter(({ file }) => file !== 'tokens.css')
      .flatMap(({ file, css }) => (css.match(raw) ?? []).map((colour) => `${file}: ${colour}`));
    expect(found).toEqual([]);
    expect(tokens.match(raw)?.length).toBeGreaterThan(30);
  });

  it('use no token that nobody sets', () => {
    const set = new Set(all.match(/--[\w-]+(?=\s*:)/g));
    const used = [...all.matchAll(/var\((--[\w-]+)/g)].map(([, name = '']) => name);
    expect(used.length).toBeGreaterThan(200);
    expect([...new Set(used)].filter((name) => !set.has(name) && !name.startsWith('--pico-'))).toEqual([]);
  });

  it('set no token that nobody uses', () => {
    expect([...light.keys()].filter((name) => !all.includes(`var(${name})`))).toEqual([]);
  });

  it('have every colour in light and in dark', () => {
    const colours = [...light].filter(([, value]) => /#|rgb/.test(value)).map(([name]) => name);
    expect(colours.filter((name) => !dark.has(name))).toEqual(['--on-colour']);
    expect([...dark.keys()].filter((name) => !light.has(name))).toEqual([]);
  });
});

/** Words on what they stand on. */
const WORDS: readonly (readonly [word: string, ground: string])[] = [
  ...['--ink', '--ink-soft', '--blue', '--blue-strong', '--red', '--green', '--amber'].flatMap((word) =>
    ['--page', '--surface'].map((ground) => [word, ground] as const),
  ),
  ...['green', 'red', 'amber', 'orange', 'grey', 'blue'].map((name) => [`--${name}`, `--${name}-soft`] as const),
  ...['--ink', '--ink-soft', '--blue-strong'].map((word) => [word, '--blue-soft'] as const),
  ...['--green-soft', '--amber-soft', '--red-soft'].map((ground) => ['--ink', ground] as const),
  ...['--button', '--button-hover', '--danger', '--danger-hover'].map((ground) => ['--on-colour', ground] as const),
];

describe.each([
  ['light', light],
  ['dark', new Map([...light, ...dark])],
])('the %s look', (_name, look) => {
  const contrastOf = (word: string, ground: string) => contrast(look.get(word) ?? '', look.get(ground) ?? '');

  it.each(WORDS)('has %s readable on %s (WCAG 1.4.3)', (word, ground) => {
    expect(contrastOf(word, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['--page', '--surface'])(
    'has edges of fields and of buttons that can be seen on %s (WCAG 1.4.11)',
    (ground) => {
      expect(contrastOf('--line-strong', ground)).toBeGreaterThanOrEqual(3);
    },
  );
});

it('measures contrast as WCAG does', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
});

/** WCAG 2.2, "contrast ratio" and "relative luminance". */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
  const [red = 0, green = 0, blue = 0] = (digits.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => {
    const value = Number.parseInt(pair, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

it('our own script is at most 8 kB, minified', () => {
  const { code } = transformSync(readFileSync(join(PUBLIC, 'app.js'), 'utf8'), { minify: true });
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(8_000);
  expect(Buffer.byteLength(code)).toBeGreaterThan(1_000);
});
