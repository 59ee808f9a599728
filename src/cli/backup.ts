import { join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { restoreBackup, writeBackup } from '../backup/index.ts';
import type { Config } from '../config.ts';
import { programMigrations } from '../db/index.ts';
import { withDataDirectory } from './data-directory.ts';
import { formatOf } from './reasons.ts';
import type { Terminal } from './terminal.ts';

/** `pmp backup`, `pmp restore`. */
export function addBackupCommands(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  program
    .command('backup')
    .description('write a backup, also while the portal runs: the database, the encrypted keys, the own terms')
    .argument('<file>', 'a new file; it gets mode 0600')
    .action(async (file: string) => {
      const config = loadConfig();
      await withDataDirectory(config, terminal, { create: false }, async ({ db }) => {
        const written = await writeBackup(db, config.dataDir, file);
        terminal.out(`${written.file}: ${written.files.length} files besides the database, checked`);
        terminal.out(`head of the audit trail ${written.head} (entry ${written.headEntry})`);
        warn(config, written.file, terminal);
      });
    });

  program
    .command('restore')
    .description('make the data directory anew from a backup; the portal must not run, and there must be none in it')
    .argument('<file>', 'as `pmp backup` wrote it')
    .action((file: string) => {
      const config = loadConfig();
      const { createdAt, head, headEntry } = restoreBackup(file, config.dataDir, programMigrations());
      terminal.out(`${config.dataDir} is as it was on ${formatOf(config.timeZone).dateTime(createdAt)}.`);
      terminal.out(`head of the audit trail then: ${head} (entry ${headEntry})`);
      terminal.out('Everybody has to sign in anew. `pmp doctor` tells whether the signing keys can be opened.');
    });
}

/** What a backup does not have, and where it should not stay. */
function warn(config: Config, file: string, terminal: Terminal): void {
  if (config.keyPassphrase === undefined) {
    terminal.err(
      `warning: the passphrase of the signing keys is not in the backup. Keep ${join(config.dataDir, 'keys/passphrase')} elsewhere, or the keys are lost with this machine.`,
    );
  }
  if (file.startsWith(resolve(config.dataDir) + sep))
    terminal.err('warning: the backup lies in the data directory itself. Copy it to another machine.');
}
