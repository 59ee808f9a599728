import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { COMMON_PASSWORDS, readCommonPasswords } from '../../src/accounts/common-passwords.ts';
import { MADE_LIST, madeFile, makeAssets } from '../../src/http/assets.ts';
import { sha256Hex } from '../../src/lib/ids.ts';
import type { Packed } from '../../src/lib/program-files.ts';

/** What the packed program carries besides its code, by the names under which src/lib/program-files.ts asks for it. */
export type Contents = ReadonlyMap<string, Buffer>;

const ADDONS: Readonly<Record<string, string>> = {
  'better-sqlite3': 'node_modules/better-sqlite3/prebuilds/linux-x64.node',
  argon2: 'node_modules/argon2/prebuilds/linux-x64/argon2.glibc.node',
};

/** Of the repository: what the program reads when it runs. What browsers load is carried as it is sent. */
const isCarried = (path: string) =>
  path === 'package.json' ||
  path === 'LICENSE' ||
  /^(views|migrations)\//.test(path) ||
  /^src\/i18n\/\w+\.json$/.test(path) ||
  (/^docs\/.*\.(md|webp)$/.test(path) && !path.startsWith('docs/decisions/'));

/**
 * @param root the repository
 * @param commit from which it is packed; null where that is not known
 */
export function contents(root: string, commit: string | null): Contents {
  const files = new Map<string, Buffer>();
  for (const path of readdirSync(root)
    .flatMap((name) => pathsOf(root, name))
    .filter(isCarried))
    files.set(path, readFileSync(join(root, path)));
  for (const [path, bytes] of madeAssets()) files.set(path, bytes);
  files.set(COMMON_PASSWORDS, Buffer.from(readCommonPasswords().join('\n')));
  const addons = Object.entries(ADDONS).map(([name, path]) => [name, readFileSync(join(root, path))] as const);
  const manifest: Packed = {
    commit,
    sqlite: sqliteVersion(),
    files: [...files.keys()].sort(),
    addons: Object.fromEntries(addons.map(([name, bytes]) => [name, sha256Hex(bytes)])),
  };
  return new Map([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))] as const,
    ...addons.map(([name, bytes]) => [`addons/${name}.node.zst`, compress(bytes)] as const),
    ...manifest.files.map((path) => [`files/${path}`, files.get(path) ?? Buffer.alloc(0)] as const),
  ]);
}

function compress(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

function pathsOf(root: string, name: string): string[] {
  if (!['views', 'migrations', 'docs', 'src'].includes(name)) return [name];
  return readdirSync(join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function madeAssets(): [path: string, bytes: Buffer][] {
  const { files, icons } = makeAssets();
  const list = { icons, files: files.map(({ name, file, type }) => ({ name, file, type })) };
  return [
    [MADE_LIST, Buffer.from(JSON.stringify(list))],
    ...files.flatMap((asset) =>
      (['plain', 'brotli', 'gzip'] as const).map((encoding): [string, Buffer] => [
        madeFile(asset.file, encoding),
        asset[encoding],
      ]),
    ),
  ];
}

function sqliteVersion(): string {
  const sqlite = new Database(':memory:');
  try {
    return String(sqlite.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    sqlite.close();
  }
}
