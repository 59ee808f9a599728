import { relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ADDONS = '/src/lib/native-addons.ts';

/** The program as one module, with everything from node_modules in it. */
export interface Bundle {
  readonly code: string;
  /** The files it was made from, by their paths in the repository. */
  readonly inputs: readonly string[];
}

/** Packages whose native addon the packed program loads by itself, and what of them looks for it. */
const LOADERS: Readonly<Record<string, string>> = {
  // Loaded with the first database.
  'better-sqlite3': 'exports.getBinding = () => loadAddon("better-sqlite3");',
  // argon2 takes the function when it is imported, long before there is a data directory.
  argon2: 'module.exports = () => ({ hash: (...values) => loadAddon("argon2").hash(...values) });',
};

/** @param root the repository */
export async function bundle(root: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
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
    minify: true,
    // Names appear in the log (`"type":"ConfigError"`), and lengths of stack traces do not matter.
    keepNames: true,
    legalComments: 'none',
    plugins: [addonPlugin(root), wordingPlugin(root), noLocalesPlugin],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild has written nothing');
  return { code: file.text, inputs: Object.keys(result.metafile.inputs).sort() };
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
