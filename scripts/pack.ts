import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256Hex } from '../src/lib/ids.ts';
import { type Made, makeProgram, writeProgram } from './pack/make.ts';
import { sbom } from './pack/sbom.ts';

/**
 * `npm run pack [-- --check] [--out FOLDER] [--commit ID]`: makes `dist/pmp`, the portal as one file, with SHA256SUMS and a list of what is in it
 * beside it. `--check` makes it twice and compares. `--commit` is for where there is no git.
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
  const list = sbom(ROOT, inputs, sha256Hex(program));
  writeFileSync(join(out, 'pmp.cdx.json'), list);
  const sums = `${sha256Hex(program)}  pmp\n${sha256Hex(list)}  pmp.cdx.json\n`;
  writeFileSync(join(out, 'SHA256SUMS'), sums);
  console.log(`${out}: commit ${commit ?? 'unknown'}, ${(program.length / 1e6).toFixed(1)} MB\n${sums.trimEnd()}`);
}

function compare(first: Made, second: Made): void {
  if (!first.program.equals(second.program))
    throw new Error('two packs differ, unless the sources have changed in between');
  console.log('two packs of the same sources are equal');
}

/** The commit that is checked out; null where there is none, or where files differ from it. */
function currentCommit(): string | null {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  const changed = git('status', '--porcelain', '--', 'src', 'views', 'public', 'migrations', 'docs', 'scripts/pack');
  if (changed.status !== 0 || changed.stdout !== '') return null;
  return git('rev-parse', 'HEAD').stdout.trim();
}
