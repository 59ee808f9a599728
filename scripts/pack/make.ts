import { closeSync, fchmodSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { CACHE, codeCache, LOADER, PROGRAM, WATCHER } from './code-cache.ts';
import { contents } from './contents.ts';
import { checkProgram, strip } from './elf.ts';
import { packageAsset } from './later.ts';
import { carryAtomic } from './libatomic.ts';
import { asFunction } from './script.ts';
import { buildSea } from './sea.ts';

export interface Made {
  readonly program: Buffer;
  /** The files of node_modules and of the repository that its code was made from. */
  readonly inputs: readonly string[];
}

/**
 * Makes the one file: Node, the bundle and everything it reads. Nothing of this machine gets into it: no path, no time, no order of a
 * directory.
 * @param root the repository
 */
export async function makeProgram(root: string, commit: string | null): Promise<Made> {
  const work = mkdtempSync(join(tmpdir(), 'pmp-pack-'));
  try {
    const { start, code, packages, inputs } = await bundle(root, LOADER);
    const program = asFunction(code);
    const node = bareNode();
    const assets = new Map([...contents(root, commit), [PROGRAM, Buffer.from(program)]]);
    for (const [name, own] of packages) assets.set(packageAsset(name), Buffer.from(asFunction(own)));
    const watcher = buildSea(work, 'watcher', { main: WATCHER, node, assets });
    assets.set(CACHE, await codeCache(work, program, watcher));
    const made = readFileSync(buildSea(work, 'packed', { main: start, node, assets }));
    carryAtomic(made);
    return { program: made, inputs };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The Node that runs this, without what only debugging needs: a quarter of it. */
function bareNode(): Buffer {
  const node = readFileSync(process.execPath);
  checkProgram(node);
  return strip(node);
}

/**
 * Writes a file that can be run. In small pieces: what is written at once the kernel keeps as one large piece of its cache, and it then
 * counts whole as memory of whoever needs a page of it.
 */
export function writeProgram(file: string, program: Buffer): void {
  const PIECE = 64 * 1024;
  const descriptor = openSync(file, 'w', 0o755);
  try {
    for (let at = 0; at < program.length; at += PIECE)
      writeSync(descriptor, program, at, Math.min(PIECE, program.length - at));
    fchmodSync(descriptor, 0o755);
  } finally {
    closeSync(descriptor);
  }
}
