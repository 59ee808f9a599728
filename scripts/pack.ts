import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256Hex } from '../src/lib/ids.ts';
import { licences } from './pack/licences.ts';
import { type Made, makeProgram, writeProgram } from './pack/make.ts';
import { sbom } from './pack/sbom.ts';

/**
 * `npm run pack [-- --check] [--out FOLDER] [--commit ID]`: makes `dist/pmp`, the portal as one file, with lists of what is in it and of its licences, what an
 * operator needs for systemd, and SHA256SUMS beside it. `--check` makes it twice and compares. `--commit` is for where there is no git.
 */
const ROOT = resolve(import.meta.dirname, '..');
const LIMIT = 130_000_000;

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    out: { type: 'string', default: join(ROOT, 'dist') },
    commit: { type: 'string' },
  },
});
const commit = values.commit ?? currentCommit();
const made = await makeProgram(ROOT, commit);
if (values.check) compare(made, await makeProgram(ROOT, commit));
write(values.out, made);

function write(out: string, { program, inputs }: Made): void {
  if (program.length > LIMIT) throw new Error(`pmp has ${program.length} bytes, more than ${LIMIT}`);
  mkdirSync(out, { recursive: true });
  writeProgram(join(out, 'pmp'), program);
  const beside = new Map([
    ['pmp.cdx.json', Buffer.from(sbom(ROOT, inputs, sha256Hex(program)))],
    ['licences.txt', Buffer.from(licences(ROOT, inputs))],
    ...packaging(),
  ]);
  for (const [name, bytes] of beside) writeFileSync(join(out, name), bytes);
  chmodSync(join(out, 'pmpctl'), 0o755);
  const sums = [['pmp', program] as const, ...beside].map(([name, bytes]) => `${sha256Hex(bytes)}  ${name}\n`).join('');
  writeFileSync(join(out, 'SHA256SUMS'), sums);
  console.log(`${out}: commit ${commit ?? 'unknown'}, ${(program.length / 1e6).toFixed(1)} MB\n${sums.trimEnd()}`);
}

/** What docs/operations.md has an operator install besides. */
function packaging(): [name: string, bytes: Buffer][] {
  const folder = join(ROOT, 'packaging');
  return readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name))]);
}

function compare(first: Made, second: Made): void {
  if (!first.program.equals(second.program))
    throw new Error('two packs differ, unless the sources have changed in between');
  console.log('two packs of the same sources are equal');
}

/** The commit that is checked out; null where there is none, or where files differ from it. */
function currentCommit(): string | null {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const changed = git(
    'status',
    '--porcelain',
    '--',
    'src',
    'views',
    'public',
    'migrations',
    'docs',
    'packaging',
    'scripts/pack',
  );
  if (changed.status !== 0 || changed.stdout !== '') return null;
  return git('rev-parse', 'HEAD').stdout.trim();
}
