import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A single executable, as `node --build-sea` makes it. */
export interface Sea {
  /** What it runs first. */
  readonly main: string;
  /** The Node it is made from. */
  readonly node: Buffer;
  /** What it carries, by the name under which it asks for it. */
  readonly assets: ReadonlyMap<string, Buffer>;
}

/**
 * Makes the single executable `<name>/pmp` in a folder.
 * @returns its path
 */
export function buildSea(folder: string, name: string, { main, node, assets }: Sea): string {
  const work = join(folder, name);
  // Paths are relative, since they end up inside.
  const paths = Object.fromEntries([...assets.keys()].map((asset) => [asset, `assets/${asset}`]));
  const settings = { ...SETTINGS, assets: paths };
  for (const [asset, bytes] of assets) {
    const file = join(work, 'assets', asset);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  writeFileSync(join(work, 'main.cjs'), main);
  writeFileSync(join(work, 'sea.json'), JSON.stringify(settings));
  writeFileSync(join(work, 'node'), node, { mode: 0o755 });
  runNode(['--build-sea', 'sea.json'], work);
  return join(work, 'pmp');
}

const SETTINGS = {
  main: 'main.cjs',
  executable: 'node',
  output: 'pmp',
  disableExperimentalSEAWarning: true,
  // Neither NODE_OPTIONS nor an argument changes how Node itself runs.
  execArgvExtension: 'none',
};

/** Runs the Node that packs. @returns what it printed */
export function runNode(args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: {} });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
