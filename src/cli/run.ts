import { Command, CommanderError } from 'commander';
import { type Config, ConfigError } from '../config.ts';
import { AppError } from '../lib/errors.ts';
import { addAuditCommands } from './audit.ts';
import { addCaCommands } from './ca.ts';
import { CommandFailed, CommandRefused, writeReasons } from './reasons.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs a command.
 * @param args what stands behind the program's name
 * @returns the exit code: 0 when it was done, 1 when not
 */
export async function run(args: readonly string[], loadConfig: () => Config, terminal: Terminal): Promise<number> {
  const program = new Command('pmp')
    .description('Partner Management Portal. It is configured by the same PMP_… variables as the server.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  addCaCommands(program, loadConfig, terminal);
  addAuditCommands(program, loadConfig, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return explain(error, loadConfig, terminal);
  }
}

/** Says what went wrong; what nobody foresaw is thrown on. */
function explain(error: unknown, loadConfig: () => Config, terminal: Terminal): number {
  // Commander has said it already; asking for help is no failure.
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof ConfigError || error instanceof CommandFailed) terminal.err(error.message);
  else if (error instanceof CommandRefused || error instanceof AppError)
    writeReasons(terminal, error.reasons, loadConfig().timeZone);
  else throw error;
  return 1;
}
