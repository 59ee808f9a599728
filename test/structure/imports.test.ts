import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');
const LAYERS = ['lib', 'pki', 'db', 'http', 'i18n', 'mail'];

interface SourceFile {
  /** Path below src, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return {
      path: path.replaceAll('\\', '/'),
      text,
      imports: [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? '',
      ),
    };
  });

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');
const features = [...new Set(files.map((file) => folderOf(file.path)))].filter(
  (folder) => folder !== '' && folder !== 'cli' && !LAYERS.includes(folder),
);
const ownImports = (file: SourceFile) =>
  file.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(SRC, resolve(SRC, dirname(file.path), name)).replaceAll('\\', '/'));

/** Every import that `allowed` refuses, as "file -> import". */
function wrongImports(
  which: (file: SourceFile) => boolean,
  allowed: (target: string, file: SourceFile) => boolean,
): string[] {
  return files.filter(which).flatMap((file) =>
    ownImports(file)
      .filter((target) => !allowed(target, file))
      .map((target) => `${file.path} -> ${target}`),
  );
}

const packageUsers = (name: RegExp) =>
  files.filter((file) => file.imports.some((imported) => name.test(imported))).map((file) => file.path);

describe('imports point one way', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(features).toContain('accounts');
  });

  it('lib imports nothing of ours', () => {
    expect(
      wrongImports(
        (file) => folderOf(file.path) === 'lib',
        (target) => folderOf(target) === 'lib',
      ),
    ).toEqual([]);
  });

  it('pki is pure: it imports lib alone', () => {
    expect(
      wrongImports(
        (file) => folderOf(file.path) === 'pki',
        (target) => ['lib', 'pki'].includes(folderOf(target)),
      ),
    ).toEqual([]);
  });

  it('layers import layers, never features', () => {
    expect(
      wrongImports(
        (file) => LAYERS.includes(folderOf(file.path)),
        (target) => LAYERS.includes(folderOf(target)) || target === 'config.ts',
      ),
    ).toEqual([]);
  });

  it('features meet only through index.ts', () => {
    const isFeature = (file: SourceFile) => features.includes(folderOf(file.path));
    expect(
      wrongImports(
        isFeature,
        (target, file) =>
          !features.includes(folderOf(target)) ||
          folderOf(target) === folderOf(file.path) ||
          target === `${folderOf(target)}/index.ts`,
      ),
    ).toEqual([]);
  });

  it('features depend on each other without a circle', () => {
    const edges = new Map(
      features.map((feature) => [
        feature,
        new Set(
          files
            .filter((file) => folderOf(file.path) === feature)
            .flatMap(ownImports)
            .map(folderOf)
            .filter((folder) => features.includes(folder) && folder !== feature),
        ),
      ]),
    );
    const reaches = (from: string, to: string, seen: Set<string> = new Set()): boolean => {
      if (seen.has(from)) return false;
      seen.add(from);
      return [...(edges.get(from) ?? [])].some((next) => next === to || reaches(next, to, seen));
    };
    expect(features.filter((feature) => reaches(feature, feature))).toEqual([]);
  });
});

describe('one place for each tool', () => {
  it('only pki/issue.ts, and pki/pkcs12.ts for ciphers that Node lacks, import node-forge', () => {
    expect(packageUsers(/^node-forge/).sort()).toEqual(['pki/issue.ts', 'pki/pkcs12.ts']);
  });

  it('only store.ts files and db import Drizzle and SQLite', () => {
    expect(
      packageUsers(/^(drizzle-orm|better-sqlite3)/).filter(
        (path) => folderOf(path) !== 'db' && !/(^|[/-])store\.ts$/.test(path),
      ),
    ).toEqual([]);
  });

  it('only http/session.ts imports lucia', () => {
    expect(packageUsers(/^lucia/)).toEqual(['http/session.ts']);
  });

  it('nothing runs code that is not a file of the program, or starts a process but the program itself, without a shell', () => {
    expect(packageUsers(/^(node:)?(child_process|cluster|worker_threads|vm|repl|inspector)(\/|$)/)).toEqual([
      'backup/by-command.ts',
    ]);
    const starter = files.find(({ path }) => path === 'backup/by-command.ts')?.text ?? '';
    expect(starter.match(/from 'node:child_process'/g)).toHaveLength(1);
    expect(starter).toContain("import { type ExecFileException, execFile } from 'node:child_process';");
    expect(starter.match(/\bexecFile\b/g)).toHaveLength(2);
    expect(starter).toContain('promisify(execFile)(process.execPath, ');
    expect(files.filter((file) => /\beval\(|new Function\(/.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('only the way to the mail server, and `pmp ready` to its own portal, go out', () => {
    expect(packageUsers(/^nodemailer/)).toEqual(['mail/transport.ts']);
    const bindings = (file: SourceFile) =>
      file.text.match(/^import (?!type).* from 'node:(https?|http2|net|tls|dgram|dns)(\/\w+)?';$/gm) ?? [];
    const clients = files.filter((file) =>
      bindings(file).some((line) => /\b(get|request|connect|createConnection|Socket|Agent)\b/.test(line)),
    );
    expect(clients.map((file) => file.path)).toEqual(['cli/ready.ts']);
    expect(files.filter((file) => /\bfetch\(|\bWebSocket\(/.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('only config.ts reads the environment, besides main.ts for the key that is opened before all is loaded', () => {
    const readers = files.filter((file) => /process\.env/.test(file.text)).map((file) => file.path);
    expect(readers.sort()).toEqual(['config.ts', 'main.ts']);
  });

  it('main.ts imports only what opens the key and holds signals before all else is loaded', () => {
    const [main] = files.filter((file) => file.path === 'main.ts');
    expect(main && ownImports(main).sort()).toEqual(['cli/early-signals.ts', 'cli/program.ts', 'signing-ca/ahead.ts']);
    expect(main?.text).toContain("await import('./cli/program.ts')");
  });

  it('only lib/clock.ts reads the time', () => {
    expect(
      files
        .filter((file) => /Date\.now\(|new Date\(\)/.test(file.text) && file.path !== 'lib/clock.ts')
        .map((file) => file.path),
    ).toEqual([]);
  });
});
