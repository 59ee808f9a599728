/**
 * One path for all shapes of an icon of Lucide, so that a page draws it by a single element: no file to load, no copies to build, and the icon is
 * there with the word beside it.
 * @param svg the icon's file: 24 by 24, strokes only
 * @throws Error for a shape that no icon of ours has had yet
 */
export function iconPath(svg: string): string {
  const shapes = [...svg.slice(svg.indexOf('>', svg.indexOf('<svg'))).matchAll(/<([a-z]+)\s([^>]*?)\s*\/>/g)];
  return shapes.map(([, shape = '', attributes = '']) => shapePath(shape, readAttributes(attributes))).join('');
}

/**
 * An icon as it stands in a page, with white space behind it. Decoration only: words stand beside it. One that points along the line points the other
 * way from right to left.
 */
export function iconElement(name: string, path: string): string {
  const points = /^(chevron-(left|right)|arrow-|log-)/.test(name) ? ' points' : '';
  return `<svg class="icon${points}" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>\n`;
}

type Attributes = Readonly<Record<string, string>>;

function readAttributes(text: string): Attributes {
  return Object.fromEntries(
    [...text.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function shapePath(shape: string, attributes: Attributes): string {
  if (shape === 'path' && attributes.d !== undefined) return fromOrigin(attributes.d);
  if (shape === 'circle') return circlePath(attributes);
  if (shape === 'rect') return rectPath(attributes);
  throw new Error(`icons with <${shape}> are not known`);
}

/** A path that begins with a relative move means it from the origin, wherever the path before it ended. */
function fromOrigin(d: string): string {
  return d.startsWith('m') ? `M0 0${d}` : d;
}

function circlePath(attributes: Attributes): string {
  const [x, y, r] = ['cx', 'cy', 'r'].map((name) => Number(attributes[name] ?? 0)) as [number, number, number];
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}

/** A rectangle with round corners, from the end of its first corner on. */
function rectPath(attributes: Attributes): string {
  const numbers = ['x', 'y', 'width', 'height', 'rx'].map((name) => Number(attributes[name] ?? 0));
  const [x, y, width, height, r] = numbers as [number, number, number, number, number];
  const [across, down] = [width - 2 * r, height - 2 * r];
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`;
}
