import { loadConfig } from '../config.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

process.umask(0o077);
process.exitCode = await run(process.argv.slice(2), loadConfig, processTerminal());
