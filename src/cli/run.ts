import { Command, CommanderError } from 'commander';
import { BackupRefused } from '../backup/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { DirectoryInUse, MigrationRefused } from '../db/index.ts';
import { AppError } from '../lib/errors.ts';
import type { OpenedAhead } from '../signing-ca/index.ts';
import { addAccountCommands } from './accounts.ts';
import { addAuditCommands } from './audit.ts';
import { addBackupCommands } from './backup.ts';
import { addCaCommands } from './ca.ts';
import { addDoctorCommand } from './doctor/doctor.ts';
import type { HeldSignals } from './early-signals.ts';
import { addReadyCommand } from './ready.ts';
import { CommandFailed, CommandRefused, writeReasons } from './reasons.ts';
import { addServeCommand } from './serve.ts';
import type { Terminal } from './terminal.ts';
import { addVersionCommand } from './version.ts';

/**
 * Runs a command.
 * @param args what stands behind the program's name
 * @param key what `serve` takes where it fits
 * @param signals what has come since the process began, for `serve`
 * @returns the exit code: 0 when it was done, 1 when not
 */
export async function run(
  args: readonly string[],
  loadConfig: () => Config,
  terminal: Terminal,
  key: Promise<OpenedAhead | undefined> = Promise.resolve(undefined),
  signals?: HeldSignals,
): Promise<number> {
  const program = new Command('pmp')
    .description('Partner Management Portal. It is configured by the same PMP_… variables as the server.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  addServeCommand(program, loadConfig, terminal, key, signals);
  addCaCommands(program, loadConfig, terminal);
  addAuditCommands(program, loadConfig, terminal);
  addBackupCommands(program, loadConfig, terminal);
  addAccountCommands(program, loadConfig, terminal);
  addDoctorCommand(program, loadConfig, terminal);
  addReadyCommand(program, loadConfig, terminal);
  addVersionCommand(program, terminal);
  try {
    refuseUnknown(program, args);
    await program.parseAsync(withVersion(args), { from: 'user' });
    return 0;
  } catch (error) {
    return explain(error, loadConfig, terminal);
  }
}

/** The command `version` by the names that it has in other programs. */
function withVersion(args: readonly string[]): readonly string[] {
  return args[0] === '--version' || args[0] === '-V' ? ['version', ...args.slice(1)] : args;
}

/** Commander would take a mistyped command for an argument of the default one, and answer `help` for one with the help for all. */
function refuseUnknown(program: Command, [first = '-', second = '-']: readonly string[]): void {
  const name = first === 'help' ? second : first;
  const isKnown = name.startsWith('-') || ['help', ...program.commands.map((command) => command.name())].includes(name);
  if (!isKnown) program.error(`error: unknown command '${name}'. pmp --help lists them.`);
}

/** Errors whose message is all that there is to say. */
const EXPLAINED = [ConfigError, CommandFailed, BackupRefused, MigrationRefused, DirectoryInUse];

/** Says what went wrong; what nobody foresaw is thrown on. */
function explain(error: unknown, loadConfig: () => Config, terminal: Terminal): number {
  // Commander has said it already; asking for help is no failure.
  if (error instanceof CommanderError) return error.exitCode;
  if (EXPLAINED.some((kind) => error instanceof kind) || namesItsFile(error)) terminal.err((error as Error).message);
  else if (isOfTheSystem(error)) terminal.err(`The system has refused it: ${(error as Error).message}`);
  else if (isOfTheDatabase(error))
    terminal.err(`The database cannot be used: ${(error as Error).message}. \`pmp doctor\` says more.`);
  else if (error instanceof CommandRefused || error instanceof AppError)
    writeReasons(terminal, error.reasons, loadConfig().timeZone);
  else throw error;
  return 1;
}

/** A file that cannot be read or written; the system's message names it. */
function namesItsFile(error: unknown): boolean {
  return isOfTheSystem(error) && (error as NodeJS.ErrnoException).path !== undefined;
}

/** Such as a disk that became full while something was written; the system's message has its code. */
function isOfTheSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}

function isOfTheDatabase(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('SQLITE_') ?? false;
}
