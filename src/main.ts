import { inspect } from 'node:util';
import { holdSignals, ignoreUserSignals } from './cli/early-signals.ts';
import { openKeyAhead } from './signing-ca/ahead.ts';

/** The one entry: `npm start`, `npm run pmp -- …` and the packed `pmp` are the same program. */
process.umask(0o077);
ignoreUserSignals();
main(process.argv.slice(2)).then(
  (code) => {
    // It failed already where the standard output could not be written.
    process.exitCode ||= code;
  },
  (error: unknown) => {
    // Left to Node, the packed program would print its whole code as the line where it happened.
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  },
);

/** Another thread works on the key while the program is loaded, so nothing of it is imported above. */
async function main(args: readonly string[]): Promise<number> {
  const isPortal = args[0] === undefined || args[0] === 'serve';
  const signals = isPortal ? holdSignals() : undefined;
  const key = isPortal ? openKeyAhead(process.env) : Promise.resolve(undefined);
  const { runProgram } = await import('./cli/program.ts');
  return runProgram(args, key, signals);
}
