import { inspect } from 'node:util';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { loadConfig } from './config.ts';
import { keepAddonsIn } from './lib/native-addons.ts';

/** The one entry: `npm start`, `npm run pmp -- …` and the packed `pmp` are the same program. */
process.umask(0o077);
run(process.argv.slice(2), configuration, processTerminal()).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // Left to Node, the packed program would print its whole code as the line where it happened.
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  },
);

function configuration() {
  const config = loadConfig();
  keepAddonsIn(config.dataDir);
  return config;
}
