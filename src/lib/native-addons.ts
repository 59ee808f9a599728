import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { newId } from './ids.ts';
import { packed, readAddon } from './program-files.ts';

// Only the packed program comes here: `npm run pack` puts `loadAddon` where better-sqlite3 and argon2 look for their addons. The system
// loads shared objects from files only, and keeps them apart by their paths: two from memory would be taken for the same.

let dataDir: string | undefined;
const loaded = new Map<string, unknown>();

/** Says in which data directory the packed program keeps its addons (`native/`). Nothing is written before one is needed. */
export function keepAddonsIn(directory: string): void {
  dataDir = directory;
}

/**
 * The exports of an addon that the packed program carries.
 * @param name of its package
 */
export function loadAddon(name: string): unknown {
  if (!loaded.has(name)) {
    const module = { exports: {} };
    process.dlopen(module, placeAddon(name));
    loaded.set(name, module.exports);
  }
  return loaded.get(name);
}

/** Where the addon lies as a file, which has just been compared with its hash; written anew where it is missing or another. */
function placeAddon(name: string): string {
  const hash = packed?.addons[name];
  if (hash === undefined || dataDir === undefined) throw new Error(`the addon ${name} was asked for too early`);
  const folder = join(dataDir, 'native');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = join(folder, `${hash}.node`);
  if (isSound(file, hash)) return file;
  writeAddon(folder, file, name);
  if (!isSound(file, hash)) throw new Error(`${file} is not what this program has just written there`);
  return file;
}

function isSound(file: string, hash: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && hashOf(file) === hash;
}

/** Piece by piece: fresh memory for the whole of a large file takes longer than hashing it. */
function hashOf(file: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(64 * 1024);
  const descriptor = openSync(file, 'r');
  try {
    for (let size = readSync(descriptor, piece); size > 0; size = readSync(descriptor, piece))
      hash.update(piece.subarray(0, size));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

/** Under another name first, so that nobody ever finds half a file; whatever lies there goes. */
function writeAddon(folder: string, file: string, name: string): void {
  removeOthers(folder);
  const unfinished = join(folder, `${newId()}.unfinished`);
  const descriptor = openSync(unfinished, 'wx', 0o500);
  try {
    writeFileSync(descriptor, readAddon(name));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory()) rmSync(file, { recursive: true });
  renameSync(unfinished, file);
}

/** What earlier versions left here; a program that still runs keeps what it has loaded. */
function removeOthers(folder: string): void {
  const ours = new Set(Object.values(packed?.addons ?? {}).map((hash) => `${hash}.node`));
  for (const name of readdirSync(folder))
    if (name.endsWith('.node') && !ours.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
