import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { Script } from 'node:vm';

/**
 * Writes V8's code cache of a program: `node compile.ts PROGRAM NEEDED CACHE`. It holds the functions at the places in NEEDED compiled. Nothing
 * of the program runs: V8 notes in its bytecode what ran with which kinds of values, and no two starts are alike.
 */
const [program = '', needed = '', cache = ''] = process.argv.slice(2);
const source = readFileSync(program, 'latin1');
const session = new Session();
session.connect();
let scriptId = '';
session.on('Debugger.scriptParsed', ({ params }) => {
  scriptId = params.scriptId;
});
session.post('Debugger.enable');
const script = new Script(source, { filename: 'program.js' });
// Makes the function that is the program, which introduces the script to the debugger.
script.runInThisContext();
session.removeAllListeners();

const lines = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
for (const offset of JSON.parse(readFileSync(needed, 'utf8')) as number[]) {
  // Looking for places to break at compiles what lies there.
  const range = { start: placeOf(offset), end: placeOf(offset + 1) };
  session.post('Debugger.getPossibleBreakpoints', range, (error) => {
    if (error) throw error;
  });
}
session.disconnect();
writeFileSync(cache, script.createCachedData());

function placeOf(offset: number) {
  const lineNumber = lines.findLastIndex((start) => start <= offset);
  return { scriptId, lineNumber, columnNumber: offset - (lines[lineNumber] ?? 0) };
}
