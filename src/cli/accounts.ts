import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { addAdmin, createResetToken, createSetupToken } from '../accounts/index.ts';
import { SYSTEM } from '../audit/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { withDataDirectory } from './data-directory.ts';
import { CommandFailed, CommandRefused } from './reasons.ts';
import type { Terminal } from './terminal.ts';

interface AdminOptions {
  readonly username: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly passwordFile?: string;
}

/** `pmp setup-link`, `pmp admin add`, `pmp reset-link`: for whoever cannot get in through the pages. */
export function addAccountCommands(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  program
    .command('setup-link')
    .description('print a new link for creating the first admin: it works once, for 24 hours; earlier ones end')
    .action(async () => {
      const config = loadConfig();
      await withDataDirectory(config, terminal, { create: true }, async ({ db }) => {
        const token = createSetupToken(db);
        if (token === undefined)
          throw new CommandFailed(
            'There is an admin already. Who cannot sign in: pmp reset-link; a further one: pmp admin add.',
          );
        terminal.out(`${config.mailUrl}/setup?token=${token}`);
      });
    });

  program
    .command('reset-link')
    .description('print a link for a new password: it works once, for 30 minutes. Give it to that person alone')
    .argument('<account>', 'username or e-mail address')
    .action(async (account: string) => {
      const config = loadConfig();
      await withDataDirectory(config, terminal, { create: false }, async ({ db }) => {
        const token = createResetToken(db, account, SYSTEM);
        if (token === undefined) throw new CommandFailed(`There is no account ${account} that may sign in.`);
        terminal.out(`${config.mailUrl}/reset-password?token=${token}`);
      });
    });

  program
    .command('admin')
    .description('admins')
    .command('add')
    .description('add an admin; the password is asked for, or taken from the standard input')
    .requiredOption('--username <name>', 'cannot be changed later')
    .requiredOption('--email <address>')
    .option('--first-name <name>', 'the username without it')
    .option('--last-name <name>', '"Admin" without it')
    .option('--password-file <file>', 'holds the password in its first line')
    .action(async (options: AdminOptions) => {
      const password = await passwordFor(options, terminal);
      await withDataDirectory(loadConfig(), terminal, { create: true }, async ({ db }) => {
        const reasons = await addAdmin(db, { ...options, password });
        if (reasons !== undefined) throw new CommandRefused(reasons);
        terminal.out(`The admin ${options.username} has been added.`);
      });
    });
}

async function passwordFor({ username, passwordFile }: AdminOptions, terminal: Terminal): Promise<string> {
  if (passwordFile === undefined) return terminal.askSecret(`Password of ${username}: `);
  try {
    return readFileSync(passwordFile, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch (error) {
    throw new ConfigError(`${passwordFile} cannot be read: ${(error as Error).message}`);
  }
}
