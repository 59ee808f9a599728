import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runScript } from './script.ts';
import { runNode } from './sea.ts';

/** The names under which the one file carries its code, and what V8 made of it. */
export const PROGRAM = 'program.js';
export const CACHE = 'program.cache';

/**
 * Loads the program, and exports what it does. Node makes code caches by itself (`useCodeCache`), but of all functions or of next to none; this
 * one holds those that a start needs.
 */
export const LOADER = `module.exports = ${runScript(PROGRAM, CACHE)};`;

/** Runs the portal, and writes down at its end where the functions begin that ran. */
export const WATCHER = `
const session = new (require('node:inspector').Session)();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
process.on('exit', () => session.post('Profiler.takePreciseCoverage', (_, { result }) => {
  const { functions } = result.find(({ url }) => url === '${PROGRAM}');
  const ran = functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0);
  require('node:fs').writeFileSync(process.env.RAN_FILE, JSON.stringify(ran.map(({ startOffset }) => startOffset)));
}));
const { runProgram } = ${runScript(PROGRAM)};
runProgram([], Promise.resolve(undefined));
`;

/**
 * V8's code cache of a program, with the functions compiled that a start needs.
 * @param folder where there is room for files
 * @param program as `asFunction` makes it
 * @param watcher the one file that begins with `WATCHER`
 */
export async function codeCache(folder: string, program: string, watcher: string): Promise<Buffer> {
  const needed = await findNeeded(folder, watcher);
  const [source = '', places = '', cache = ''] = ['program', 'needed', 'cache'].map((name) => join(folder, name));
  writeFileSync(source, program);
  writeFileSync(places, JSON.stringify(needed));
  runNode([...MAKING, resolve(import.meta.dirname, 'compile.ts'), source, places, cache]);
  writeFileSync(cache, accepted(readFileSync(cache)));
  checkAccepted(source, cache);
  return readFileSync(cache);
}

/** Which functions run whenever the portal starts on a data directory that has been in use: not those of a schedule that is due just then. */
async function findNeeded(folder: string, watcher: string): Promise<number[]> {
  // The first start makes the data directory.
  await watchStart(folder, watcher);
  const first = await watchStart(folder, watcher);
  const others = [await watchStart(folder, watcher), await watchStart(folder, watcher)].map((ran) => new Set(ran));
  return [...new Set(first)].filter((place) => others.every((ran) => ran.has(place))).sort((a, b) => a - b);
}

/** In ms. */
const LONGEST_START = 60_000;

/** Has the portal start, answer that it is ready, and end. @returns where the functions begin that ran */
async function watchStart(folder: string, watcher: string): Promise<number[]> {
  const file = join(folder, 'ran.json');
  const env = { PMP_PORT: '0', PMP_CA_KEY: 'ec-p256', PMP_DATA_DIR: join(folder, 'data'), RAN_FILE: file };
  const child = spawn(watcher, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.on('close', done));
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_START);
  const address = await new Promise<string>((found, failed) => {
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      const announced = /Management Portal: (http\S+)/.exec(output)?.[1];
      if (announced !== undefined) found(announced);
    });
    child.on('error', failed);
    child.on('close', () => failed(new Error(`the portal does not start:\n${output}`)));
  });
  try {
    const { status } = await fetch(`${address}/readyz`);
    if (status !== 200) throw new Error(`the portal is not ready: ${status}`);
    // Paths are looked through by then; chores begin after a second.
    await pause(300);
  } finally {
    child.kill('SIGTERM');
    await ended;
    clearTimeout(limit);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as number[];
}

/**
 * How the cache is made, so that two are equal. V8 draws a seed in each process, which orders the cache; and where it has collected garbage, it
 * leaves what was there in the gaps between fields: with so much memory it collects none.
 */
const MAKING = ['--hash-seed=1', '--initial-heap-size=512', '--min-semi-space-size=64', '--no-memory-reducer'];

/** In the head of a code cache: behind its magic number, V8's version and the size of the source, four bytes each. */
const FLAGS = 12;

/** Has the cache accepted by processes that run without flags, which V8 otherwise refuses. */
function accepted(cache: Buffer): Buffer {
  const usual = cacheHead([]);
  const made = cacheHead(MAKING);
  if (!usual.kind.equals(made.kind) || !cache.subarray(FLAGS, FLAGS + 4).equals(made.flags))
    throw new Error('the code cache of V8 begins in another way than is known');
  usual.flags.copy(cache, FLAGS);
  return cache;
}

/** A cache that is refused makes a start slower, and nothing else would tell. */
function checkAccepted(source: string, cache: string): void {
  const script = `const read = require('node:fs').readFileSync;
    const options = { cachedData: read(${JSON.stringify(cache)}) };
    console.log(new vm.Script(read(${JSON.stringify(source)}, 'latin1'), options).cachedDataRejected);`;
  if (runNode(['-e', script]).trim() !== 'false') throw new Error('V8 refuses the code cache');
}

function cacheHead(flags: readonly string[]): { kind: Buffer; flags: Buffer } {
  const script = "new vm.Script('0').createCachedData().toString('hex', 0, 16)";
  const head = Buffer.from(runNode([...flags, '-p', script]).trim(), 'hex');
  return { kind: head.subarray(0, 8), flags: head.subarray(FLAGS, FLAGS + 4) };
}
