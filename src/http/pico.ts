/** What Pico has rules for and no page of ours has; `.secondary` has, but by our own sheet alone. */
export const ABSENT = {
  attributes: ['aria-busy', 'data-tooltip', 'data-theme=dark', 'role=group', 'role=search', 'role=switch'],
  types: ['type=color', 'type=range', 'type=month', 'type=week', 'type=time', 'type=datetime', 'type=datetime-local'],
  classes: ['container', 'container-fluid', 'contrast', 'dropdown', 'grid', 'outline', 'overflow-auto', 'striped'],
  own: ['secondary'],
  elements: ['article', 'aside', 'audio', 'figcaption', 'figure', 'hgroup', 'iframe', 'kbd', 'samp', 'video'],
} as const;

const absent = new RegExp(
  [
    `\\[(?:${[...ABSENT.attributes, ...ABSENT.types].join('|')})[\\]=]`,
    `\\.(?:${[...ABSENT.classes, ...ABSENT.own].join('|')})(?![\\w-])`,
    `(?:^|[\\s>+~])(?:${ABSENT.elements.join('|')})(?![\\w-])`,
    '@keyframes (?:modal|tooltip)|modal-is',
  ].join('|'),
);

/**
 * Pico without the rules that no page can meet: half of it. A browser on a slow computer takes a tenth of a second to read the rest,
 * before it shows anything.
 * @param css a sheet without comments inside its rules
 */
export function trimPico(css: string): string {
  return rulesOf(css).map(trimRule).join('');
}

function trimRule(rule: string): string {
  const brace = rule.indexOf('{');
  const head = rule.slice(0, brace).trim();
  if (/^@(?:media|supports)/.test(head)) {
    const body = trimPico(rule.slice(brace + 1, -1));
    return body === '' ? '' : `${head}{${body}}`;
  }
  const wanted = selectorsOf(head).filter((selector) => !absent.test(selector.replace(/:not\([^()]*\)/g, '')));
  return wanted.length === 0 ? '' : wanted.join(',') + rule.slice(brace);
}

/** The rules of a sheet, each with its body; what stands before the first brace of a rule is its head. */
function rulesOf(css: string): string[] {
  return cutAfter(css, '}', '{', '}');
}

/** The selectors of a head. */
function selectorsOf(head: string): string[] {
  return cutAfter(`${head},`, ',', '([', ')]').map((selector) => selector.slice(0, -1));
}

/** Cuts a text after each sign that stands outside of all brackets. */
function cutAfter(text: string, sign: string, opening: string, closing: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let begin = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = text.charAt(at);
    if (opening.includes(here)) depth += 1;
    if (closing.includes(here)) depth -= 1;
    if (here !== sign || depth > 0) continue;
    pieces.push(text.slice(begin, at + 1));
    begin = at + 1;
  }
  return pieces;
}
