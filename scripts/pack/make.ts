import {
  closeSync,
  fchmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { type Contents, contents } from './contents.ts';
import { checkProgram, strip } from './elf.ts';
import { carryAtomic } from './libatomic.ts';
import { acceptCodeCache, buildSea } from './sea.ts';

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
    const { code, inputs } = await bundle(root);
    writeFileSync(join(work, 'main.cjs'), code);
    writeFileSync(join(work, 'node'), bareNode(), { mode: 0o755 });
    writeFileSync(
      join(work, 'sea.json'),
      JSON.stringify({ ...SETTINGS, assets: writeAssets(work, contents(root, commit)) }),
    );
    buildSea(work);
    const program = readFileSync(join(work, 'pmp'));
    acceptCodeCache(program);
    carryAtomic(program);
    return { program, inputs };
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Paths are relative, since they end up inside. */
const SETTINGS = {
  main: 'main.cjs',
  executable: 'node',
  output: 'pmp',
  disableExperimentalSEAWarning: true,
  useCodeCache: true,
  // Neither NODE_OPTIONS nor an argument changes how Node itself runs.
  execArgvExtension: 'none',
};

/** The Node that runs this, without what only debugging needs: a quarter of it. */
function bareNode(): Buffer {
  const node = readFileSync(process.execPath);
  checkProgram(node);
  return strip(node);
}

function writeAssets(work: string, carried: Contents): Record<string, string> {
  const assets: Record<string, string> = {};
  for (const [name, bytes] of carried) {
    const path = `assets/${name}`;
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), bytes);
    assets[name] = path;
  }
  return assets;
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
