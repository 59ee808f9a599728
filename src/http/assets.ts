import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sha256Hex } from '../lib/ids.ts';
import { packed, readProgramFile, readProgramText } from '../lib/program-files.ts';
import { acceptsEncoding } from './compression.ts';
import { iconElement, iconPath } from './icon-path.ts';
import { ICONS } from './icons.ts';
import { trimPico } from './pico.ts';

/** What pages load: fingerprinted (so cached for good), compressed once. */
export interface Assets {
  /** The address of an asset: `app.css` → `/assets/app.<hash>.css`. */
  readonly url: (name: string) => string;
  /** An icon as a page has it, ready to be printed raw. */
  readonly icon: (name: string) => string;
  readonly find: (file: string) => Asset | undefined;
}

export interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly brotli: Buffer;
  readonly gzip: Buffer;
}

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Our sheets in `public/styles`, in the order of the cascade. */
export const SHEETS = [
  'tokens',
  'pico',
  'base',
  'buttons',
  'frame',
  'panel',
  'menus',
  'bell',
  'notices',
  'cards',
  'entry',
  'tags',
  'forms',
  'upload',
  'messages',
  'verdict',
  'lists',
  'tables',
  'rows-as-cards',
  'details',
  'chain',
  'steps',
  'dialog',
  'comforts',
  'paper',
  'guide',
  'special',
] as const;

const ofPackage = (path: string) => readProgramText(`node_modules/${path}`);
const ofPublic = (name: string) => readProgramText(`public/${name}`);

let loaded: Assets | undefined;

/** Makes everything once in a process, at its first start; the packed program has it ready. */
export function loadAssets(): Assets {
  loaded ??= assetsOf(packed === undefined ? makeAssets() : readMadeAssets());
  return loaded;
}

/** Every asset as it is sent, and how each icon is drawn. */
export interface MadeAssets {
  readonly icons: Readonly<Record<string, string>>;
  readonly files: readonly (Asset & { readonly name: string; readonly file: string })[];
}

/** Reads, joins and compresses: half a second of work. Pico and our own sheet are one file: one request. */
export function makeAssets(): MadeAssets {
  const sources: Record<string, string> = {
    'app.css': createSheet(),
    'app.js': ofPublic('app.js'),
    'htmx.js': ofPackage('htmx.org/dist/htmx.min.js'),
    'logo.svg': ofPublic('logo.svg'),
  };
  const files = Object.entries(sources).map(([name, source]) => {
    const [base = '', extension = ''] = name.split('.');
    const file = `${base}.${sha256Hex(source).slice(0, 10)}.${extension}`;
    return { name, file, ...compress(source, TYPES[extension] ?? 'application/octet-stream') };
  });
  return { icons: drawIcons(), files };
}

/** Where the packed program has each of its assets, by encoding. */
export const madeFile = (file: string, encoding: 'plain' | 'brotli' | 'gzip') => `assets/${file}.${encoding}`;
export const MADE_LIST = 'assets/list.json';

function readMadeAssets(): MadeAssets {
  const list = JSON.parse(readProgramText(MADE_LIST)) as MadeAssets;
  const files = list.files.map((asset) => ({
    ...asset,
    plain: readProgramFile(madeFile(asset.file, 'plain')),
    brotli: readProgramFile(madeFile(asset.file, 'brotli')),
    gzip: readProgramFile(madeFile(asset.file, 'gzip')),
  }));
  return { icons: list.icons, files };
}

function assetsOf(made: MadeAssets): Assets {
  const files = new Map(made.files.map((asset) => [asset.file, asset]));
  const addresses = new Map(made.files.map(({ name, file }) => [name, `/assets/${file}`]));
  const icons = new Map(Object.entries(made.icons).map(([name, path]) => [name, iconElement(name, path)]));
  const url = (name: string): string => {
    const address = addresses.get(name);
    if (address === undefined) throw new Error(`there is no asset "${name}"`);
    return address;
  };
  const icon = (name: string): string => {
    const element = icons.get(name);
    if (element === undefined) throw new Error(`the icon "${name}" is not in the list of icons`);
    return element;
  };
  return { url, icon, find: (file) => files.get(file) };
}

/**
 * One file, so one request: Pico in a layer of its own, so that our sheets win over it whatever their selectors, then ours.
 */
function createSheet(): string {
  const pico = trimPico(ofPackage('@picocss/pico/css/pico.min.css').replace('@charset "UTF-8";', ''));
  return `@layer pico{${pico}}\n${SHEETS.map((name) => ofPublic(`styles/${name}.css`)).join('\n')}`;
}

function compress(source: string, type: string): Asset {
  const plain = Buffer.from(source);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  return { type, plain, brotli: brotliCompressSync(plain, { params }), gzip: gzipSync(plain, { level: 9 }) };
}

/** How to draw each icon of the list. */
function drawIcons(): Record<string, string> {
  return Object.fromEntries(ICONS.map((name) => [name, iconPath(ofPackage(`lucide-static/icons/${name}.svg`))]));
}

export function registerAssets(app: FastifyInstance, assets: Assets): void {
  app.get<{ Params: { file: string } }>(
    '/assets/:file',
    { config: { access: 'public', withoutConsent: true } },
    async (request, reply) => {
      const asset = assets.find(request.params.file);
      if (asset === undefined) return reply.callNotFound();
      const [encoding, body] = chooseEncoding(request, asset);
      if (encoding !== undefined) reply.header('content-encoding', encoding);
      return reply
        .type(asset.type)
        .header('vary', 'accept-encoding, HX-Request')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(body);
    },
  );
  app.get('/favicon.ico', { config: { access: 'public', withoutConsent: true } }, async (_request, reply) =>
    reply.redirect(assets.url('logo.svg'), 303),
  );
}

function chooseEncoding(request: FastifyRequest, asset: Asset): [string | undefined, Buffer] {
  if (acceptsEncoding(request, 'br')) return ['br', asset.brotli];
  if (acceptsEncoding(request, 'gzip')) return ['gzip', asset.gzip];
  return [undefined, asset.plain];
}
