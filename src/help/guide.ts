import { posix } from 'node:path';
import { imageSize } from 'image-size';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';
import { sha256Hex } from '../lib/ids.ts';
import { listProgramFiles, readProgramFile, readProgramText } from '../lib/program-files.ts';
import { addressOf } from './address.ts';
import { GuideRenderer } from './renderer.ts';

/** A page of the user guide. */
export interface GuidePage {
  /** Below `/help/`; empty for the first page. */
  readonly path: string;
  readonly title: string;
  /** Its file as HTML, links and pictures leading into the portal. */
  readonly html: string;
}

/** A picture of the guide. */
export interface GuideImage {
  readonly address: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

export interface Guide {
  readonly findPage: (path: string) => GuidePage | undefined;
  /** By the last part of its address. */
  readonly findImage: (file: string) => GuideImage | undefined;
  /** Every page, in the order in which the first page links to them. */
  readonly pages: readonly GuidePage[];
}

/** The folder of the guide, the same that is read in the repository. */
const DOCS = 'docs/';
/** For developers only. */
const NOT_SERVED = 'decisions/';

/**
 * The Markdown files of `docs` as pages of the portal: `docs/partner/chips.md` is `/help/partner/chips`, the `README.md` of a folder
 * the page of the folder. Throws where a link or a picture leads nowhere.
 */
export function loadGuide(): Guide {
  const files = listProgramFiles('docs').map((path) => path.slice(DOCS.length));
  const images = new Map(files.filter((file) => file.endsWith('.webp')).map((file) => [file, readImage(file)]));
  const names = files.filter((file) => file.endsWith('.md') && !file.startsWith(NOT_SERVED));
  const known = new Set(names);
  const texts = new Map(names.map((name) => [name, readProgramText(DOCS + name)]));
  const pages = new Map(
    orderOf(names, texts.get('README.md') ?? '').map((name) => [pathOf(name), readPage(name, texts.get(name) ?? '')]),
  );
  const served = new Map([...images.values()].map((image) => [posix.basename(image.address), image]));
  return { findPage: (path) => pages.get(path), findImage: (file) => served.get(file), pages: [...pages.values()] };

  function readPage(file: string, text: string): GuidePage {
    const renderer = new GuideRenderer({
      link: (href) => resolveLink(file, href, known),
      image: (href) => {
        const image = images.get(posix.join(posix.dirname(file), href));
        if (image === undefined) throw new Error(`docs/${file} shows ${href}, which does not exist`);
        return image;
      },
    });
    const html = new Marked().setOptions({ renderer }).use(gfmHeadingId()).parse(text, { async: false });
    const title = /^# (.+)$/m.exec(text)?.[1] ?? file;
    return { path: pathOf(file), title, html };
  }
}

function readImage(file: string): GuideImage {
  const bytes = readProgramFile(DOCS + file);
  const { width, height } = imageSize(bytes);
  const address = `/help/${file.replace('.webp', `.${sha256Hex(bytes).slice(0, 10)}.webp`)}`;
  return { address, bytes, width, height };
}

/** Where a page of the guide stands below `/help/`. */
function pathOf(file: string): string {
  return file.replace(/\.md$/, '').replace(/(^|\/)README$/, '');
}

/** Links between files become links between pages; others stay as they are. */
function resolveLink(file: string, href: string, known: ReadonlySet<string>): string {
  if (/^(#|[a-z]+:)/.test(href)) return href;
  const [target = '', anchor] = href.split('#');
  const name = posix.join(posix.dirname(file), target);
  if (!known.has(name)) throw new Error(`docs/${file} links to ${href}, which is no page of the guide`);
  return addressOf(pathOf(name)) + (anchor === undefined ? '' : `#${anchor}`);
}

/** The first page, then the others as it links to them; what it does not mention comes last. */
function orderOf(names: readonly string[], first: string): string[] {
  const place = (name: string) => {
    const at = name === 'README.md' ? 0 : first.indexOf(`](${name})`);
    return at === -1 ? Number.MAX_SAFE_INTEGER : at;
  };
  return [...names].sort((a, b) => place(a) - place(b));
}
