import { relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ADDONS = '/src/lib/native-addons.ts';

/** The program as two modules, with everything from node_modules in them. */
export interface Bundle {
  /** What runs first: `src/main.ts`. */
  readonly start: string;
  /** What that imports when it has begun to open the key: `src/cli/program.ts`. */
  readonly code: string;
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
    wordingPlugin(root),
    laterPlugin(root),
    noLocalesPlugin,
  ]);
  const inputs = [...new Set([...start.inputs, ...rest.inputs])].filter((path) => !path.startsWith(`${REST}:`));
  return { start: start.code, code: rest.code, inputs: inputs.sort() };
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
  if (/\bimport\(/.test(file.text)) throw new Error(`${entry} imports a module of Node while it runs; see LATER`);
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

/** Carries the catalogues as files: as code they would be twice as large, and slower to read. */
function wordingPlugin(root: string): Plugin {
  return {
    name: 'wording',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/i18n\/\w+\.json$/ }, ({ path }) => ({
        contents: `const { readProgramText } = require('./src/lib/program-files.ts');
          module.exports = JSON.parse(readProgramText(${JSON.stringify(relative(root, path))}));`,
        resolveDir: root,
      }));
    },
  };
}

/** What a start does without, and who imports it as one object. Most of it is loaded with what it itself needs. */
const LATER: Readonly<Record<string, string>> = {
  'node-forge': '/src/pki/',
  nodemailer: '/src/mail/',
  // For commands that are programs of their own.
  'node:child_process': '/node_modules/commander/',
  'node:http2': '/node_modules/fastify/',
  // Templates are read by `createTemplates`.
  'node:fs/promises': '/node_modules/@fastify/view/',
  // For commands that ask for a secret.
  'node:readline/promises': '/src/cli/terminal.ts',
};

/** The same for what is imported function by function. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'node:fs/promises': 'readFile',
  'node:readline/promises': 'createInterface',
};

/** Has it loaded when something of it is first asked for. */
function laterPlugin(root: string): Plugin {
  return {
    name: 'later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(?:${Object.keys(LATER).join('|')})$`) }, ({ path, importer }) =>
        importer.includes(LATER[path] ?? '') ? { path, namespace: 'later' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
        contents: later(path),
        resolveDir: root,
      }));
    },
  };
}

function later(path: string): string {
  const load = `require(${JSON.stringify(path)})`;
  const name = FUNCTIONS[path];
  if (name !== undefined) return `exports.${name} = (...values) => ${load}.${name}(...values);`;
  return `module.exports = new Proxy({}, { get: (_, name) => ${load}[name] });`;
}

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
