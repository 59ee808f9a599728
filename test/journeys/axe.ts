import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe tells about a page; the part that is used here. */
interface Findings {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
  }[];
}
interface Axe {
  run(options: object): Promise<Findings>;
}

/** The rules that look at colours; all others find the same in light and in dark. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

const LOOKS = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width })),
);

/** Light on a desk: enough where another language is all that differs, since colours and order are those of English. */
export const ONE_LOOK = LOOKS.slice(0, 1);

/** The names of the fields whose hint, or whose chosen option, is wider than the field. */
const CUT_FIELDS = `[...document.querySelectorAll('select, input[placeholder]:placeholder-shown')].filter((field) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(field);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = font;
  const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return field.clientWidth > 0 && pen.measureText(field.selectedOptions?.[0].label ?? field.placeholder).width > room;
}).map(({ name }) => name)`;

/**
 * Every fault of the page as it stands: what axe finds in light and dark on a desk and on a phone, what stands in no field whole, and
 * what scrolls sideways.
 */
export async function faultsOf(page: Page, looks = LOOKS): Promise<string[]> {
  const faults: string[] = [];
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    for (const fault of await violationsOf(page, colorScheme === 'dark' ? COLOURS : null))
      faults.push(`${colorScheme}, ${width} px: ${fault}`);
    for (const field of await page.evaluate<string[]>(CUT_FIELDS))
      faults.push(`${width} px: the field ${field} is too narrow for what it shows`);
  }
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const needed = await page.evaluate('document.scrollingElement.scrollWidth');
    if (needed !== width) faults.push(`${width} px: scrolls sideways, it needs ${needed}`);
  }
  return faults;
}

async function violationsOf(page: Page, rules: readonly string[] | null): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: Axe }).axe.run(options),
    rules === null ? { resultTypes: ['violations'] } : { resultTypes: ['violations'], runOnly: [...rules] },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary?.replace(/\s+/g, ' ')}`),
  );
}
