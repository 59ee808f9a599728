import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';
import { zstdDecompressSync } from 'node:zlib';

/** What the packed program knows about itself, written by `npm run pack`. */
export interface Packed {
  /** The commit it was made from; null where that is not known. */
  readonly commit: string | null;
  /** Version of SQLite in the addon it carries. */
  readonly sqlite: string;
  /** Every file it carries, by its path in the repository. */
  readonly files: readonly string[];
  /** SHA-256 of each native addon it carries, in hex, by the name of its package. */
  readonly addons: Readonly<Record<string, string>>;
}

/** Undefined in a checkout, where the program is read from disk. */
export const packed: Packed | undefined = isSea() ? JSON.parse(readAsset('manifest.json').toString()) : undefined;

/** The folder that paths of program files begin at; in the packed program it exists in name only. */
const ROOT = packed === undefined ? resolve(import.meta.dirname, '../..') : resolve('/');

/**
 * A file that belongs to the program: read from the repository in a checkout, out of the program itself when packed.
 * @param path from the top of the repository, with forward slashes, such as `views/errors/page.eta`
 * @throws where there is no such file
 */
export function readProgramFile(path: string): Buffer {
  return packed === undefined ? readFileSync(join(ROOT, path)) : readAsset(`files/${path}`);
}

/** The same as text. */
export function readProgramText(path: string): string {
  return readProgramFile(path).toString('utf8');
}

/** Every file in a folder of the program and below, by its path from the top of the repository, in the order of the letters. */
export function listProgramFiles(folder: string): string[] {
  if (packed !== undefined) return packed.files.filter((path) => path.startsWith(`${folder}/`));
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => programPath(join(entry.parentPath, entry.name)))
    .sort();
}

/** What a library that wants whole paths calls a file or folder of the program. */
export function absolutePath(path: string): string {
  return join(ROOT, path);
}

/** The path from the top of the repository of what `absolutePath` named. */
export function programPath(absolute: string): string {
  return relative(ROOT, absolute).replaceAll(sep, '/');
}

/** A native addon that the packed program carries, compressed, since it is read once in the life of a data directory. */
export function readAddon(name: string): Buffer {
  return zstdDecompressSync(readAsset(`addons/${name}.node.zst`));
}

/** Not a copy: the bytes lie in the program and cannot be written to. */
function readAsset(name: string): Buffer {
  return Buffer.from(getRawAsset(name));
}
