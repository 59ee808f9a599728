import { build, type Plugin } from 'esbuild';
import { laterPackages, laterPlugin } from './later.ts';

const ADDONS = '/src/lib/native-addons.ts';

/** The program as modules, with everything from node_modules in them. */
export interface Bundle {
  /** What runs first: `src/main.ts`. */
  readonly start: string;
  /** What that imports when it has begun to open the key: `src/cli/program.ts`. */
  readonly code: string;
  /** Packages that are loaded when they are needed, by their names. */
  readonly packages: ReadonlyMap<string, string>;
  /** The files they were made from, by their paths in the repository. */
  readonly inputs: readonly string[];
}

const REST = './cli/program.ts';

/** Packages whose native addon the packed program loads by itself, and what of them looks for it. */
const LOADERS: Readonly<Record<string, string>> = {
  // Loaded with the first database.
  'better-sqlite3': 'exports.getBinding = () => loadAddon("better-sqlite3");',
  // argon2 takes the function when it is imported, long before there is a data directory.
  argon2: 'module.exports = () => ({ hash: (...values) => loadAddon("argon2").hash(...values) });',
};

/**
 * @param root the repository
 * @param loader a script that exports what `src/cli/program.ts` does
 */
export async function bundle(root: string, loader: string): Promise<Bundle> {
  const start = await bundleOne(root, 'src/main.ts', [restPlugin(loader)]);
  const rest = await bundleOne(root, 'src/cli/program.ts', [
    addonPlugin(root),
    laterPlugin,
    noLocalesPlugin,
    replacedPlugin,
  ]);
  const packages = await Promise.all(laterPackages.map((name) => bundleOne(root, name, [])));
  const inputs = new Set([start, rest, ...packages].flatMap((one) => one.inputs));
  return {
    start: start.code,
    code: rest.code,
    packages: new Map(laterPackages.map((name, index) => [name, packages[index]?.code ?? ''])),
    inputs: [...inputs].filter((path) => !path.startsWith(`${REST}:`)).sort(),
  };
}

async function bundleOne(root: string, entry: string, plugins: Plugin[]): Promise<{ code: string; inputs: string[] }> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node26',
    // As a script: loading one makes no facade of each of Node's modules, which costs a tenth of a second in all.
    format: 'cjs',
    define: { 'process.env.NODE_ENV': '"production"' },
    // What asks where its own file lies is not asked in the packed program.
    logOverride: { 'empty-import-meta': 'silent' },
    // Names stay: they appear in the log (`"type":"ConfigError"`). Shortened, each would have to be given back when the program starts.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    plugins,
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild has written nothing');
  // A script that runs from memory cannot import; what this program imports later, esbuild has turned into `require`.
  if (/\bimport\(/.test(file.text)) throw new Error(`${entry} imports a module of Node while it runs; see later.ts`);
  return { code: file.text, inputs: Object.keys(result.metafile.inputs) };
}

/** Puts the loader where the rest of the program is imported. */
function restPlugin(loader: string): Plugin {
  return {
    name: 'rest',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${RegExp.escape(REST)}$`) }, ({ path }) => ({ path, namespace: 'rest' }));
      onLoad({ filter: /.*/, namespace: 'rest' }, () => ({ contents: loader }));
    },
  };
}

/** Packages that Fastify asks for, and what takes their place. */
const REPLACED: Readonly<Record<string, string>> = {
  // There are no JSON schemas (`NO_SCHEMAS` in src/http/server.ts).
  '@fastify/ajv-compiler': '',
  '@fastify/fast-json-stringify-compiler': '',
  // Each plugin says which versions of the framework it fits. They are those of the lockfile, with which the tests have run.
  semver: 'exports.satisfies = () => true;',
};

const replacedPlugin: Plugin = {
  name: 'replaced',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(?:${Object.keys(REPLACED).join('|')})$`) }, ({ path, importer }) =>
      importer.includes('/node_modules/fastify/') ? { path, namespace: 'replaced' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({ contents: REPLACED[path] ?? '' }));
  },
};

/** Leaves out how zod would word its errors in fifty languages: the portal has its own wording, and none of theirs is asked for. */
const noLocalesPlugin: Plugin = {
  name: 'no-locales',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** Has the packages ask `loadAddon` for their addons, which lie in no folder of node_modules any more. */
function addonPlugin(root: string): Plugin {
  return {
    name: 'addons',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/binding$/ }, ({ importer }) =>
        importer.includes('/better-sqlite3/lib/') ? { path: 'better-sqlite3', namespace: 'addon' } : undefined,
      );
      onResolve({ filter: /^node-gyp-build$/ }, () => ({ path: 'argon2', namespace: 'addon' }));
      onLoad({ filter: /.*/, namespace: 'addon' }, ({ path }) => ({
        contents: `const { loadAddon } = require(${JSON.stringify(`.${ADDONS}`)}); ${LOADERS[path]}`,
        resolveDir: root,
      }));
    },
  };
}
