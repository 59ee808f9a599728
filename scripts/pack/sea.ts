import { spawnSync } from 'node:child_process';
import { only } from './elf.ts';

/**
 * How V8 makes its code cache. With a seed of its own in each process it writes it in another order each time; and by itself it compiles only
 * what stands outermost, which leaves nearly everything to each start. A cache is refused by a process with other flags than the one that
 * made it, so this one is then given the mark of a process without.
 */
const MAKING = ['--hash-seed=1', '--no-lazy'];

/** Runs `node --build-sea sea.json` in a folder. @returns what it printed */
export function buildSea(folder: string): string {
  return runNode([...MAKING, '--build-sea', 'sea.json'], folder);
}

/** Has the code cache inside a program accepted by processes that run without flags, in place. */
export function acceptCodeCache(program: Buffer): void {
  const usual = cacheHead([]);
  const made = cacheHead(MAKING);
  if (!usual.kind.equals(made.kind)) throw new Error('the code cache of V8 begins in another way than is known');
  const found: number[] = [];
  for (let at = program.indexOf(made.kind); at !== -1; at = program.indexOf(made.kind, at + 1))
    if (program.subarray(at + FLAGS, at + FLAGS + 4).equals(made.flags)) found.push(at);
  usual.flags.copy(program, only(found) + FLAGS);
}

/** In the head of a code cache: behind its magic number, V8's version and the size of the source, four bytes each. */
const FLAGS = 12;

function cacheHead(flags: readonly string[]): { kind: Buffer; flags: Buffer } {
  const script = "new vm.Script('0').createCachedData().toString('hex', 0, 16)";
  const head = Buffer.from(runNode([...flags, '-p', script]).trim(), 'hex');
  return { kind: head.subarray(0, 8), flags: head.subarray(FLAGS, FLAGS + 4) };
}

function runNode(args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: {} });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
