import type { Plugin } from 'esbuild';
import { runScript } from './script.ts';

/** Packages that a start does without, and whose imports of them wait until something of it is used. Each is carried by itself. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'node-forge': /\/src\/pki\//,
  nodemailer: /\/src\/mail\//,
  // Where PMP_METRICS asks for it.
  'prom-client': /\/src\/metrics\//,
  // For those who come by version 6 of the Internet Protocol.
  'ip-address': /\/node_modules\/@fastify\/rate-limit\//,
};

/** The same of Node's own modules. Most are loaded with what they themselves need. */
const OF_NODE: Readonly<Record<string, RegExp>> = {
  // For commands that are programs of their own, and for backups.
  'node:child_process': /\/node_modules\/commander\/|\/src\/backup\//,
  'node:http2': /\/node_modules\/fastify\//,
  'node:https': /\/node_modules\/fastify\/|\/src\//,
  'node:tls': /\/src\//,
  // What browsers load is compressed while packing, and addons are unpacked once.
  'node:zlib': /\/src\//,
  // Templates are read by `createTemplates`; files of forms are kept in memory.
  'node:fs/promises': /\/node_modules\/@fastify\/(view|multipart)\//,
  // For commands that ask for a secret.
  'node:readline/promises': /\/src\/cli\//,
};

/** What packages take out of a module at once: functions, and classes that they make objects of. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  'node:fs/promises': ['readFile', 'unlink'],
  'ip-address': ['Address6'],
};

export const laterPackages: readonly string[] = Object.keys(PACKAGES);

/** The name under which the one file carries a package. */
export const packageAsset = (name: string) => `packages/${name}.js`;

/** Has such modules loaded when something of them is first asked for. */
export const laterPlugin: Plugin = {
  name: 'later',
  setup({ onResolve, onLoad }) {
    const importers = { ...PACKAGES, ...OF_NODE };
    onResolve({ filter: new RegExp(`^(?:${Object.keys(importers).join('|')})$`) }, ({ path, importer }) =>
      importers[path]?.test(importer) ? { path, namespace: 'later' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({ contents: later(path) }));
  },
};

/** Properties are looked for in the prototype, which esbuild keeps where it makes a module of ECMAScript of this one. */
function later(path: string): string {
  const load = path in PACKAGES ? runScript(packageAsset(path)) : `require(${JSON.stringify(path)})`;
  const taken = (TAKEN[path] ?? []).map(
    (name) =>
      `${name}: function (...values) { return new.target ? new (own().${name})(...values) : own().${name}(...values); }`,
  );
  return `let loaded;
    const own = () => (loaded ??= ${load});
    module.exports = Object.setPrototypeOf({ ${taken} }, new Proxy({}, { get: (_, name) => own()[name] }));`;
}
