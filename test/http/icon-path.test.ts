import { expect, test } from 'vitest';
import { loadAssets } from '../../src/http/assets.ts';
import { iconPath } from '../../src/http/icon-path.ts';
import { ICONS } from '../../src/http/icons.ts';

const svg = (shapes: string) => `<!-- licence -->\n<svg class="x"\n  width="24"\n>\n${shapes}\n</svg>`;

test.each([
  ['<path d="M5 12h14" />\n  <path d="M12 5v14" />', 'M5 12h14M12 5v14'],
  ['<path d="M2 2h3" />\n  <path d="m9 12 2 2 4-4" />', 'M2 2h3M0 0m9 12 2 2 4-4'],
  ['<circle cx="12" cy="11" r="4" />', 'M8 11a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z'],
  [
    '<rect width="14" height="10" x="8" y="6" rx="2" ry="2" />',
    'M10 6h10a2 2 0 0 1 2 2v6a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-6a2 2 0 0 1 2 -2z',
  ],
])('%j is drawn by one path', (shapes, path) => {
  expect(iconPath(svg(shapes))).toBe(path);
});

test('a shape that is not known is refused, not left out', () => {
  expect(() => iconPath(svg('<polygon points="1,2 3,4" />'))).toThrow('<polygon>');
});

test('every icon of the list can be drawn', () => {
  for (const icon of ICONS)
    expect(loadAssets().icon(icon), icon).toMatch(
      /^<svg class="icon( points)?" viewBox="0 0 24 24" aria-hidden="true"><path d="M[\d.,\s MmHhVvLlCcSsQqTtAaZz-]{8,}"\/><\/svg>\n$/,
    );
  expect(() => loadAssets().icon('zebra')).toThrow('"zebra"');
});
