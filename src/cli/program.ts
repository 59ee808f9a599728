import { type Config, loadConfig } from '../config.ts';
import { keepAddonsIn } from '../lib/native-addons.ts';
import type { OpenedAhead } from '../signing-ca/index.ts';
import type { HeldSignals } from './early-signals.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

/**
 * Runs a command in this process: by its variables, in its terminal.
 * @param args what stands behind the program's name
 * @param key what `serve` has been opening meanwhile
 * @param signals what has come since the process began, for `serve`
 * @returns the exit code
 */
export function runProgram(
  args: readonly string[],
  key: Promise<OpenedAhead | undefined>,
  signals?: HeldSignals,
): Promise<number> {
  return run(args, configuration, processTerminal(), key, signals);
}

function configuration(): Config {
  const config = loadConfig();
  keepAddonsIn(config.dataDir);
  return config;
}
