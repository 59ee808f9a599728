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

/** Every fault of the page as it stands: what axe finds in light and dark on a desk and on a phone, and what scrolls sideways. */
export async function faultsOf(page: Page, looks = LOOKS): Promise<string[]> {
  const faults: string[] = [];
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    for (const fault of await violationsOf(page, colorScheme === 'dark' ? COLOURS : null))
      faults.push(`${colorScheme}, ${width} px: ${fault}`);
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
