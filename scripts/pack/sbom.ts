import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of package.json is told. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

type LockFile = Readonly<{ packages: Readonly<Record<string, { readonly integrity?: string }>> }>;

/**
 * What is in the one file, as a bill of materials (CycloneDX 1.6): the packages that the bundle was really made from, those of which it carries
 * files, and Node. Nothing in it tells when or where it was made. (`npm sbom` leaves out packages that a tool for developing needs, too.)
 * @param root the repository
 * @param inputs the files that the bundle was made from
 * @param hash SHA-256 of the one file, in hex
 */
export function sbom(root: string, inputs: readonly string[], hash: string): string {
  const lock = readJson<LockFile>(root, 'package-lock.json');
  const own = readJson<Manifest>(root, 'package.json');
  const packages = packagesOf(root, inputs).map(({ folder, manifest }) => ({
    manifest,
    integrity: lock.packages[folder]?.integrity,
  }));
  const refs = new Map(packages.map(({ manifest }) => [manifest.name, refOf(manifest)]));
  const needs = ({ dependencies = {} }: Manifest) =>
    Object.keys(dependencies)
      .flatMap((name) => refs.get(name) ?? [])
      .sort();
  return `${JSON.stringify(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: {
        component: { ...componentOf(own), type: 'application', hashes: [{ alg: 'SHA-256', content: hash }] },
      },
      components: [...packages.map(({ manifest, integrity }) => componentOf(manifest, integrity)), NODE],
      dependencies: [
        { ref: refOf(own), dependsOn: [...needs(own), NODE['bom-ref']].sort() },
        ...packages.map(({ manifest }) => ({ ref: refOf(manifest), dependsOn: needs(manifest) })),
      ],
    },
    null,
    2,
  )}\n`;
}

/** The packages that are in the one file: those that the bundle was made from, and those of which it carries files. */
export function packagesOf(root: string, inputs: readonly string[]): { folder: string; manifest: Manifest }[] {
  return foldersOf([...inputs, ...READ_AS_FILES]).map((folder) => ({
    folder,
    manifest: readJson<Manifest>(root, `${folder}/package.json`),
  }));
}

/** Packages of which the program carries files, not code. */
const READ_AS_FILES = ['htmx.org', '@picocss/pico', 'lucide-static', '@zxcvbn-ts/language-common'].map(
  (name) => `node_modules/${name}/package.json`,
);

const NODE = {
  'bom-ref': `pkg:github/nodejs/node@v${process.versions.node}`,
  type: 'platform',
  name: 'node',
  version: process.versions.node,
  description: 'The program that runs the code, and what it is made of itself',
  purl: `pkg:github/nodejs/node@v${process.versions.node}`,
  cpe: `cpe:2.3:a:nodejs:node.js:${process.versions.node}:*:*:*:*:*:*:*`,
  licenses: [{ license: { id: 'MIT' } }],
  properties: Object.entries(process.versions)
    .map(([name, version]) => ({ name: `node:${name}`, value: version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
};

/** The folders of the packages that files belong to. */
function foldersOf(files: readonly string[]): string[] {
  const folders = files.flatMap((path) => /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function refOf({ name, version }: Manifest): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** @param integrity as the lockfile has it: `sha512-…` of the package's archive */
function componentOf(manifest: Manifest, integrity?: string) {
  const { name, version, description, license } = manifest;
  const content = integrity && Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
  return {
    'bom-ref': refOf(manifest),
    type: 'library',
    name,
    version,
    ...(description === undefined ? {} : { description }),
    purl: refOf(manifest),
    ...(content ? { hashes: [{ alg: 'SHA-512', content }] } : {}),
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] }),
  };
}

/** Licences by their identifiers of SPDX; what is none is a name. */
function licenseOf(license: string) {
  if (license.includes(' ')) return { expression: license };
  const isKnown = /^(0BSD|Apache-2\.0|BSD-[23]-Clause|ISC|MIT(-0)?|MPL-2\.0)$/.test(license);
  return { license: isKnown ? { id: license } : { name: license } };
}

function readJson<T>(root: string, path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}
